package io.sluice.gateway.rest;

import io.sluice.gateway.rest.KeyedReads.Answered;
import io.sluice.gateway.stream.KeyedRows;
import io.sluice.routing.batch.BatchLoader;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;

/** Reads that differ in their key only. Safe for any number of threads. */
final class KeyedShape {

    /** As much as is gathered of a streamed answer before it leaves, so that both have the same headers. */
    private static final int MOST_BYTES_EACH = 128 * 1024;

    /** After a list that had to be streamed, others of the shape are not tried together for so long. */
    private static final Duration AFTER_LARGE = Duration.ofSeconds(10);

    private final BatchLoader<String, Answered> loader;
    private final boolean lists;
    private final LongAdder reads;
    private volatile long largeNanos = System.nanoTime() - AFTER_LARGE.toNanos();

    /** Makes a shape whose reads are counted by {@code reads}. */
    KeyedShape(BatchLoader<String, Answered> loader, boolean lists, LongAdder reads) {
        this.loader = loader;
        this.lists = lists;
        this.reads = reads;
    }

    /** Whether reads of this shape should share statements now. */
    boolean isShort() {
        return !lists || System.nanoTime() - largeNanos >= AFTER_LARGE.toNanos();
    }

    /**
     * What has a key, for one subscription; empty where that is so large that it should be streamed. A cancel leaves other
     * readers alone.
     */
    Mono<Answered> read(String key) {
        reads.increment();
        return loader.load(key).filter(this::isSmall).onErrorResume(KeyedRows.TooLargeException.class, this::isLarge);
    }

    private boolean isSmall(Answered answered) {
        boolean small = answered.body().length <= MOST_BYTES_EACH;
        if (!small) {
            largeNanos = System.nanoTime();
        }
        return small;
    }

    private Mono<Answered> isLarge(KeyedRows.TooLargeException large) {
        largeNanos = System.nanoTime();
        return Mono.empty();
    }
}
