package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.LedgerSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The ledger's limits.
 *
 * @param batchMax most transfers in one transaction; one request alone may have more
 * @param queueMax most transfers that wait while a batch is in flight; beyond that requests are refused with 503
 * @param queueAgeMax a new request is refused while the oldest one waits longer than this
 * @param deadline longest time of a batch in all, kept by the server too
 * @param lockTimeout longest wait for an account that somebody else has locked
 * @param expiryInterval how often holds whose time is over are looked for
 */
@ConfigurationProperties("sluice.ledger")
record LedgerProperties(
        @DefaultValue("1000") int batchMax,
        @DefaultValue("20000") int queueMax,
        @DefaultValue("2s") Duration queueAgeMax,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("1s") Duration lockTimeout,
        @DefaultValue("500ms") Duration expiryInterval) {

    LedgerSettings settings() {
        return new LedgerSettings(batchMax, queueMax, queueAgeMax, deadline, lockTimeout, expiryInterval);
    }
}
