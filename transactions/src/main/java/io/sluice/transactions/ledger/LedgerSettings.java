package io.sluice.transactions.ledger;

import java.time.Duration;

/**
 * Limits of the ledger.
 *
 * @param batchMax most transfers in one transaction, 1,000 by default; one request alone may have more
 * @param queueMax most transfers that wait while batches are in flight, 20,000 by default
 * @param queueAgeMax a new request is refused while the oldest one waits longer than this, 2 s by default
 * @param deadline longest time of a batch with its retries, on the server too, 5 s by default; COMMIT has a second more, and
 *     where it is not answered the rows are looked for with as much time again, twice at most
 * @param lockTimeout longest wait for an account that somebody else has locked, 1 s by default
 * @param expiryInterval how often holds whose time is over are looked for, 500 ms by default
 */
public record LedgerSettings(
        int batchMax,
        int queueMax,
        Duration queueAgeMax,
        Duration deadline,
        Duration lockTimeout,
        Duration expiryInterval) {

    private static final int LOCK_TIMEOUT_SHARE = 4;

    public static final LedgerSettings DEFAULT = new LedgerSettings(
            1_000, 20_000, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(500));

    public LedgerSettings {
        if (batchMax < 1) {
            throw new IllegalArgumentException("batchMax must be at least 1, was " + batchMax);
        }
        if (queueMax < 1) {
            throw new IllegalArgumentException("queueMax must be at least 1, was " + queueMax);
        }
    }

    /** A batch of several callers gives up early on a lock: its members go on alone, so that one does not stop all. */
    Duration batchLockTimeout() {
        return lockTimeout.dividedBy(LOCK_TIMEOUT_SHARE);
    }
}
