package io.sluice.routing.pool;

import java.time.Duration;

/**
 * A pool's figures at one moment.
 *
 * @param acquired connections in use
 * @param idle connections ready for use
 * @param pending callers that wait
 * @param max most connections allowed
 * @param maxPending most callers that may wait
 * @param oldestLease how long the oldest connection in use has been out, zero where none is
 */
public record PoolState(int acquired, int idle, int pending, int max, int maxPending, Duration oldestLease) {

    @Override
    public String toString() {
        return "acquired=" + acquired + ", idle=" + idle + ", pending=" + pending + ", max=" + max
                + (acquired == 0 ? "" : ", oldest lease " + oldestLease.toMillis() + " ms");
    }
}
