package io.sluice.gateway.fastpath;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What requests that differ in one value ask for. */
public interface ShortRead {

    /** Whether the plan that was made is still the one to run. */
    boolean isCurrent();

    /**
     * What has this value; null where nothing can be said about the value. Where it is empty, or an error that another
     * way may not meet, the request goes that way. A cancel ends what nobody else waits for.
     */
    @Nullable
    Mono<? extends ShortAnswer> read(String value);

    /** What the client at this address should be told, as a header of its answer; null for nothing. */
    @Nullable
    String advice(String client, String value);

    /** An answer that is whole, and short enough to be sent as such. */
    interface ShortAnswer {

        /** Its body, which nobody changes. */
        byte[] body();

        /** Who gave it. */
        String node();

        /** Which rows it has, as in {@code Content-Range}. */
        String range();
    }
}
