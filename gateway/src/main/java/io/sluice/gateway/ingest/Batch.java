package io.sluice.gateway.ingest;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A run of rows that go in together. Whoever has it releases it, once or more often. */
final class Batch {

    private final long first;
    private final long last;
    private final List<Segment> segments;
    private final List<RowError> refused;
    private final long refusals;
    private volatile @Nullable Budget budget;
    private final AtomicBoolean released = new AtomicBoolean();

    Batch(long first, long last, List<Segment> segments, List<RowError> refused, long refusals) {
        this.first = first;
        this.last = last;
        this.segments = List.copyOf(segments);
        this.refused = List.copyOf(refused);
        this.refusals = refusals;
    }

    /** The number of its first row in the upload, from 1. */
    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long received() {
        return last - first + 1;
    }

    List<Segment> segments() {
        return segments;
    }

    /** How many rows could not be read. */
    long refusals() {
        return refusals;
    }

    /** Why rows could not be read, as far as errors are told. */
    List<RowError> refused() {
        return refused;
    }

    /** Counts as held until it is released. */
    Batch countedIn(Budget all) {
        all.take(bytes());
        budget = all;
        return this;
    }

    private long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    void release() {
        if (released.compareAndSet(false, true)) {
            long bytes = bytes();
            segments.forEach(Segment::release);
            Budget all = budget;
            if (all != null) {
                all.give(bytes);
            }
        }
    }
}
