package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Deadline;
import io.sluice.routing.RoutedConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What the parts of a transaction share, in the Context of each; a request attribute beside it marks them.
 *
 * @param deadline of the whole, null where there is none
 */
record SharedTransaction(
        RoutedConnection connection, @Nullable Deadline deadline) {

    private static final String ATTRIBUTE = SharedTransaction.class.getName();

    /** The transaction that something is a part of; null outside of one. */
    static @Nullable SharedTransaction of(ContextView context) {
        return context.getOrDefault(SharedTransaction.class, null);
    }

    Context in(Context context) {
        return context.put(SharedTransaction.class, this);
    }

    /** Marks a request as a part; {@code keyed} where the whole is done once already. */
    static void mark(ServerRequest part, boolean keyed) {
        part.attributes().put(ATTRIBUTE, keyed);
    }

    static boolean has(ServerRequest request) {
        return request.attribute(ATTRIBUTE).isPresent();
    }

    static boolean isKeyed(ServerRequest request) {
        return Boolean.TRUE.equals(request.attribute(ATTRIBUTE).orElse(false));
    }
}
