package io.sluice.loadtests.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Journeys by the second in which they ended, from the first one that began. Safe for many writers. */
public final class Timeline {

    private static final long NANOS_A_SECOND = 1_000_000_000;
    private static final long UNSET = Long.MIN_VALUE;

    private final LongSupplier nanoTime;
    private final AtomicLong origin = new AtomicLong(UNSET);
    private final ConcurrentMap<Integer, Second> seconds = new ConcurrentHashMap<>();
    private final LongAdder inFlight = new LongAdder();

    /** @param nanoTime the clock, {@link System#nanoTime()} outside tests */
    public Timeline(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private static final class Second {
        private final LongAdder ok = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();
        private final Latencies latencies = new Latencies();
    }

    /** A journey begins; the returned time is to be given to {@link #end}. */
    public long begin() {
        long now = nanoTime.getAsLong();
        origin.compareAndSet(UNSET, now);
        inFlight.increment();
        return now;
    }

    /**
     * The journey that began at this time is over.
     *
     * @param kind of journey, to tell later which ones failed
     */
    public void end(long begun, String kind, boolean failed) {
        long now = nanoTime.getAsLong();
        inFlight.decrement();
        Second second = seconds.computeIfAbsent(secondAt(now), number -> new Second());
        (failed ? second.failed : second.ok).increment();
        if (failed) {
            second.failures.computeIfAbsent(kind, name -> new LongAdder()).increment();
        }
        second.latencies.record((now - begun) / 1_000);
    }

    /** Journeys that have begun and not ended. */
    public long inFlight() {
        return inFlight.sum();
    }

    /** Whole seconds since the first journey began; 0 before it. */
    public int now() {
        return secondAt(nanoTime.getAsLong());
    }

    /** What ended in the seconds {@code from} (inclusive) to {@code to} (exclusive). */
    public Span span(int from, int to) {
        long ok = 0;
        long failed = 0;
        long[] latencies = Latencies.emptySum();
        for (int number = from; number < to; number++) {
            Second second = seconds.get(number);
            if (second != null) {
                ok += second.ok.sum();
                failed += second.failed.sum();
                second.latencies.addTo(latencies);
            }
        }
        return new Span(
                from,
                to,
                ok,
                failed,
                Latencies.percentile(latencies, 50),
                Latencies.percentile(latencies, 99),
                Latencies.percentile(latencies, 100));
    }

    /** How many journeys of each kind failed in these seconds, by the names of the kinds. */
    public Map<String, Long> failures(int from, int to) {
        Map<String, Long> failures = new TreeMap<>();
        for (int number = from; number < to; number++) {
            Second second = seconds.get(number);
            if (second != null) {
                second.failures.forEach((kind, count) -> failures.merge(kind, count.sum(), Long::sum));
            }
        }
        return failures;
    }

    /** The whole run in spans of so many seconds; the last one may be shorter. */
    public List<Span> spans(int length) {
        int end = seconds.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
        List<Span> spans = new ArrayList<>();
        for (int from = 0; from < end; from += length) {
            spans.add(span(from, Math.min(from + length, end)));
        }
        return spans;
    }

    private int secondAt(long now) {
        long start = origin.get();
        return start == UNSET ? 0 : (int) ((now - start) / NANOS_A_SECOND);
    }

    /**
     * Journeys that ended in some seconds.
     *
     * @param from first second
     * @param to the second after the last
     * @param ok answered as they must
     * @param failed the others
     * @param p50Micros median duration of all of them
     * @param p99Micros 99th percentile
     * @param maxMicros the slowest
     */
    public record Span(int from, int to, long ok, long failed, long p50Micros, long p99Micros, long maxMicros) {

        /** Good answers a second. */
        public double rate() {
            return to == from ? 0 : (double) ok / (to - from);
        }

        /** The share that failed, in percent. */
        public double failedPercent() {
            return ok + failed == 0 ? 0 : 100.0 * failed / (ok + failed);
        }
    }
}
