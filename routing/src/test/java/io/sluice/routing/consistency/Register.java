package io.sluice.routing.consistency;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known from outside about one register of the database, whose value counts its writes: which values a read may
 * show, by what was asked for and when. Thread-safe.
 */
final class Register {

    private final AtomicLong begun = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Long> acknowledged = new ConcurrentSkipListMap<>(Map.of(0L, 0L));
    private final Set<Long> values = new HashSet<>();
    private final long originNanos = System.nanoTime();

    /** A write is about to be sent: from now on the value may be one higher. */
    void begin() {
        begun.incrementAndGet();
    }

    /** The server has confirmed the write that made this value; false where it had confirmed another that did. */
    synchronized boolean acknowledge(long value) {
        long highest = acknowledged.lastEntry().getValue();
        acknowledged.put(now(), Math.max(highest, value));
        return values.add(value);
    }

    /** No read may show more. */
    long highestPossible() {
        return begun.get();
    }

    /** What had been confirmed at that time, by {@link #now()}. */
    long acknowledgedAt(long nanos) {
        Map.Entry<Long, Long> last = acknowledged.floorEntry(nanos);
        return last == null ? 0 : last.getValue();
    }

    long now() {
        return System.nanoTime() - originNanos;
    }
}
