package io.sluice.transactions.ledger;

import java.time.Duration;

/**
 * Limits of watching accounts.
 *
 * @param accountsMax most accounts that are watched at a time; one that two watch counts twice. 1,000 by default
 * @param interval how often changes are looked for, 100 ms by default
 * @param staleMax a watch fails when nothing could be read for so long, 10 s by default
 */
public record WatchSettings(int accountsMax, Duration interval, Duration staleMax) {

    public static final WatchSettings DEFAULT =
            new WatchSettings(1_000, Duration.ofMillis(100), Duration.ofSeconds(10));

    public WatchSettings {
        if (accountsMax < 1) {
            throw new IllegalArgumentException("accountsMax must be at least 1, was " + accountsMax);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive, was " + interval);
        }
    }
}
