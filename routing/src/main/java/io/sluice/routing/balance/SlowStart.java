package io.sluice.routing.balance;

import java.time.Duration;

/** Gives a node that has just come back a growing share: its caches and pools are cold. */
public final class SlowStart {

    private static final double MIN_SHARE = 0.1;

    private SlowStart() {}

    /** The share of its weight that a node gets {@code sinceNanos} after it came back; zero {@code window} is off. */
    public static double share(long sinceNanos, Duration window) {
        if (window.isZero() || sinceNanos >= window.toNanos()) {
            return 1;
        }
        return Math.max(MIN_SHARE, Math.max(sinceNanos, 0) / (double) window.toNanos());
    }
}
