package io.sluice.gateway.execute;

import java.time.Duration;

/** When a client stops waiting. It begins with the request, so that the wait for a connection counts. */
public final class Deadline {

    private final Duration wanted;
    private final long endNanos;

    private Deadline(Duration wanted, long endNanos) {
        this.wanted = wanted;
        this.endNanos = endNanos;
    }

    /** In {@code wanted} from now. */
    public static Deadline in(Duration wanted) {
        return new Deadline(wanted, System.nanoTime() + wanted.toNanos());
    }

    /** How long the client was ready to wait. */
    public Duration wanted() {
        return wanted;
    }

    /** Whether nothing is left of it. */
    public boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** What is left of it, at least a millisecond: nothing would mean for ever. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(1_000_000, endNanos - System.nanoTime()));
    }
}
