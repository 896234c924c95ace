package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.LedgerSettings;
import io.sluice.transactions.ledger.WatchSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The ledger's limits.
 *
 * @param batchMax most transfers in one transaction; one request alone may have more
 * @param queueMax most transfers that wait while batches are in flight; beyond that requests are refused with 503
 * @param queueAgeMax a new request is refused while the oldest one waits longer than this
 * @param deadline longest time of a batch with its retries, kept by the server too; an unanswered COMMIT is looked after for up
 *     to twice as long again
 * @param lockTimeout longest wait for an account that somebody else has locked
 * @param expiryInterval how often holds whose time is over are looked for
 * @param watchMax most accounts that clients watch at a time; one that two watch counts twice
 * @param watchInterval how often the watched ones are looked at for changes
 */
@ConfigurationProperties("sluice.ledger")
record LedgerProperties(
        @DefaultValue("1000") int batchMax,
        @DefaultValue("20000") int queueMax,
        @DefaultValue("2s") Duration queueAgeMax,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("1s") Duration lockTimeout,
        @DefaultValue("500ms") Duration expiryInterval,
        @DefaultValue("1000") int watchMax,
        @DefaultValue("100ms") Duration watchInterval) {

    LedgerSettings settings() {
        return new LedgerSettings(batchMax, queueMax, queueAgeMax, deadline, lockTimeout, expiryInterval);
    }

    WatchSettings watching() {
        return new WatchSettings(watchMax, watchInterval, WatchSettings.DEFAULT.staleMax());
    }
}
