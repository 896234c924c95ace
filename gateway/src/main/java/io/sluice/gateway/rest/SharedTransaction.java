package io.sluice.gateway.rest;

import io.sluice.routing.RoutedConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Marks what runs as a part of a transaction: the connection in the Context, a request attribute beside it. */
final class SharedTransaction {

    private static final String ATTRIBUTE = SharedTransaction.class.getName();

    private SharedTransaction() {}

    /** The connection of the transaction, null outside of one. */
    static @Nullable RoutedConnection connection(ContextView context) {
        return context.getOrDefault(SharedTransaction.class, null);
    }

    static Function<Context, Context> on(RoutedConnection connection) {
        return context -> context.put(SharedTransaction.class, connection);
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
