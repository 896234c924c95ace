package io.sluice.routing.resilience;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A percentile of the last thousand times or so, renewed every 64 of them. Thread-safe, without locks; a reader may see
 * a few samples of the round before.
 */
final class LatencyWindow {

    private static final int SAMPLES = 1024;
    private static final int ROUND = 64;

    private final AtomicLongArray samples = new AtomicLongArray(SAMPLES);
    private final AtomicLong recorded = new AtomicLong();
    private final double percentile;
    private volatile long valueNanos = -1;

    LatencyWindow(double percentile) {
        this.percentile = percentile;
    }

    void record(long nanos) {
        long number = recorded.getAndIncrement();
        samples.set((int) (number % SAMPLES), nanos);
        if ((number + 1) % ROUND == 0) {
            valueNanos = compute((int) Math.min(number + 1, SAMPLES));
        }
    }

    /** Negative while too little is known. */
    long valueNanos() {
        return valueNanos;
    }

    private long compute(int size) {
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = samples.get(i);
        }
        Arrays.sort(sorted);
        return sorted[Math.min(size - 1, (int) (size * percentile))];
    }
}
