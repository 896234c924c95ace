package io.sluice.routing.resilience;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a share of requests be tried twice, so that an outage does not double the load on what is left.
 *
 * <p>Every request pays in a share of a retry; every retry takes a whole one. The account starts full and holds at
 * most {@code floor} retries: that many are always possible after a quiet time. Thread-safe, without locks.
 */
public final class RetryBudget {

    private static final long RETRY = 1_000;

    private final long perRequest;
    private final long capacity;
    private final AtomicLong balance;

    /**
     * @param share retries per request, between 0 (none beyond the floor) and 1
     * @param floor retries that are possible at once after a quiet time
     */
    public RetryBudget(double share, int floor) {
        if (share < 0 || share > 1) {
            throw new IllegalArgumentException("share must be between 0 and 1, was " + share);
        }
        this.perRequest = Math.round(share * RETRY);
        this.capacity = floor * RETRY;
        this.balance = new AtomicLong(capacity);
    }

    public void request() {
        long before = balance.get();
        if (before < capacity) {
            balance.compareAndSet(before, Math.min(capacity, before + perRequest));
        }
    }

    /** Takes a retry where there is one. */
    public boolean retry() {
        while (true) {
            long before = balance.get();
            if (before < RETRY) {
                return false;
            }
            if (balance.compareAndSet(before, before - RETRY)) {
                return true;
            }
        }
    }
}
