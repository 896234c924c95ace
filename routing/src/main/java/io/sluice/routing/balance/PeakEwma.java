package io.sluice.routing.balance;

import java.time.Duration;

/**
 * A response time that follows peaks at once and forgets them slowly: an exponentially weighted mean that jumps up to
 * every value above it. Thread-safe; {@code nowNanos} is {@code System.nanoTime()}.
 */
public final class PeakEwma {

    /** Stands for a wait that is not known yet: one request finds out, the others keep away meanwhile. */
    private static final double UNKNOWN_NANOS = (double) (Long.MAX_VALUE >> 16);

    /** How long a node may go unasked because of an old peak. */
    private static final long SILENCE_NANOS = 1_000_000_000L;

    private final double decayNanos;
    private long stampNanos;
    private long heardNanos;
    private double costNanos;

    /** {@code decay} is the time in which a value's influence falls to a third; 10 s is usual. */
    public PeakEwma(Duration decay, long nowNanos) {
        this.decayNanos = (double) decay.toNanos();
        this.stampNanos = nowNanos;
        this.heardNanos = nowNanos;
    }

    public synchronized void observe(long rttNanos, long nowNanos) {
        heardNanos = nowNanos;
        fold(rttNanos, nowNanos);
    }

    private void fold(long rttNanos, long nowNanos) {
        if (rttNanos > costNanos) {
            costNanos = rttNanos;
        } else {
            double old = Math.exp(-Math.max(nowNanos - stampNanos, 0) / decayNanos);
            costNanos = rttNanos * (1 - old) + costNanos * old;
        }
        stampNanos = nowNanos;
    }

    /**
     * The expected wait behind {@code pending} others. Without news it falls. A node that nobody has heard of for a
     * second and that has nothing to do costs nothing: one request finds out, where the peak of a single slow answer
     * would otherwise keep a quiet service away from it for minutes.
     */
    public synchronized double load(int pending, long nowNanos) {
        fold(0, nowNanos);
        if (pending == 0 && nowNanos - heardNanos >= SILENCE_NANOS) {
            return 0;
        }
        return costNanos == 0 && pending > 0 ? UNKNOWN_NANOS + pending : costNanos * (pending + 1);
    }
}
