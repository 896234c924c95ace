package io.sluice.loadtests.report;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts of durations in buckets that grow with the value: sixteen to each power of two, so a percentile is off by 6 % at
 * most. Safe for many writers.
 */
final class Latencies {

    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    /** Enough for 2^36 µs, nineteen hours. */
    private static final int BUCKETS = (36 - SUB_BITS + 1) * SUB_BUCKETS;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);

    void record(long micros) {
        counts.incrementAndGet(bucket(micros));
    }

    void addTo(long[] sum) {
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] += counts.get(i);
        }
    }

    static long[] emptySum() {
        return new long[BUCKETS];
    }

    /** The duration in microseconds that this share of the counted ones does not exceed; 0 when nothing was counted. */
    static long percentile(long[] sum, double percent) {
        long total = 0;
        for (long count : sum) {
            total += count;
        }
        long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            seen += sum[i];
            if (seen >= rank) {
                return upperBound(i);
            }
        }
        return 0;
    }

    private static int bucket(long micros) {
        long value = Math.max(0, micros);
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        int index = (shift + 1) * SUB_BUCKETS + (int) (value >>> shift) - SUB_BUCKETS;
        return Math.min(index, BUCKETS - 1);
    }

    private static long upperBound(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int shift = bucket / SUB_BUCKETS - 1;
        long base = (long) (bucket % SUB_BUCKETS + SUB_BUCKETS) << shift;
        return base + (1L << shift) - 1;
    }
}
