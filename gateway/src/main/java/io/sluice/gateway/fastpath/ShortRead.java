package io.sluice.gateway.fastpath;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What requests that differ in one value ask for. */
public interface ShortRead {

    /** Whether the plan that was made is still the one to run. */
    boolean isCurrent();

    /**
     * What has this value; empty where the request has to be answered in another way, null where nothing can be said
     * about the value. A cancel ends what nobody else waits for.
     */
    @Nullable
    Mono<ShortAnswer> read(String value);

    /** What the client at this address should be told, as a header of its answer; null for nothing. */
    @Nullable
    String advice(String client, String value);

    /**
     * An answer that is whole.
     *
     * @param node who gave it
     * @param range which rows it has, as in {@code Content-Range}
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, then sent
    record ShortAnswer(byte[] body, String node, String range) {}
}
