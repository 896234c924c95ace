package io.sluice.routing.resilience;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * Ejects one node by its own record: with one to four replicas there is no crowd to compare it with.
 *
 * <p>After an ejection a single request is let through; its success readmits the node, its failure ejects it for
 * longer. Thread-safe; {@code nowNanos} is {@code System.nanoTime()}.
 */
public final class Breaker {

    private static final int BUCKETS = 10;
    private static final double JITTER = 0.2;

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private final BreakerSettings settings;
    private final DoubleSupplier random;
    private final int[] successes = new int[BUCKETS];
    private final int[] failures = new int[BUCKETS];
    private final long bucketNanos;

    private volatile State state = State.CLOSED;
    private volatile long untilNanos;
    private long bucket;
    private int inARow;
    private int ejections;

    public Breaker(BreakerSettings settings, DoubleSupplier random, long nowNanos) {
        this.settings = settings;
        this.random = random;
        this.bucketNanos = Math.max(1, settings.window().toNanos() / BUCKETS);
        this.bucket = Math.floorDiv(nowNanos, bucketNanos);
    }

    /** Whether the node may be chosen. A plain read while all is well. */
    public boolean allows(long nowNanos) {
        return switch (state) {
            case CLOSED -> true;
            case OPEN -> nowNanos - untilNanos >= 0;
            case PROBING -> nowNanos - untilNanos >= 0;
        };
    }

    /** A request is on its way: after an ejection it is the probe, and no other is allowed for a while. */
    public void chosen(long nowNanos) {
        if (state != State.CLOSED) {
            probe(nowNanos);
        }
    }

    private synchronized void probe(long nowNanos) {
        if (state != State.CLOSED) {
            state = State.PROBING;
            untilNanos = nowNanos + settings.baseEjection().toNanos();
        }
    }

    /** Returns true where this success readmits the node. */
    public synchronized boolean succeeded(long nowNanos) {
        roll(nowNanos);
        successes[index()]++;
        inARow = 0;
        if (state == State.CLOSED) {
            return false;
        }
        close();
        return true;
    }

    /** Returns how long the node is ejected for this failure, zero where it is not. */
    public synchronized Duration failed(long nowNanos) {
        roll(nowNanos);
        failures[index()]++;
        inARow++;
        if (state == State.OPEN) {
            return Duration.ZERO;
        }
        if (state == State.PROBING || inARow >= settings.consecutiveFailures() || ratioTooLow()) {
            return open(nowNanos);
        }
        return Duration.ZERO;
    }

    private Duration open(long nowNanos) {
        ejections++;
        long base = settings.baseEjection().toNanos();
        long bounded = Math.min(base * ejections, settings.maxEjection().toNanos());
        long ejection = (long) (bounded * (1 + JITTER * random.getAsDouble()));
        untilNanos = nowNanos + ejection;
        state = State.OPEN;
        return Duration.ofNanos(ejection);
    }

    private void close() {
        state = State.CLOSED;
        ejections = 0;
        Arrays.fill(successes, 0);
        Arrays.fill(failures, 0);
    }

    private boolean ratioTooLow() {
        int good = 0;
        int bad = 0;
        for (int i = 0; i < BUCKETS; i++) {
            good += successes[i];
            bad += failures[i];
        }
        int all = good + bad;
        return all >= settings.minRequests() && good < settings.minSuccessRatio() * all;
    }

    /** Forgets the buckets that have left the window. */
    private void roll(long nowNanos) {
        long now = Math.floorDiv(nowNanos, bucketNanos);
        long gone = Math.min(now - bucket, BUCKETS);
        for (long i = 0; i < gone; i++) {
            int stale = (int) Math.floorMod(now - i, (long) BUCKETS);
            successes[stale] = 0;
            failures[stale] = 0;
        }
        bucket = Math.max(bucket, now);
    }

    private int index() {
        return (int) Math.floorMod(bucket, (long) BUCKETS);
    }
}
