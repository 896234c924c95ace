package io.sluice.gateway.ledger;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.transactions.ledger.LedgerEvent;
import io.sluice.transactions.ledger.LedgerListener;

/**
 * Measures batches: {@code sluice.ledger.locks} (timer of the round trip that locks a batch's accounts, the wait for
 * other holders of the locks included), {@code sluice.ledger.batches} (timer of whole batches, retries included),
 * {@code sluice.ledger.batch.size} (transfers in each).
 */
final class LedgerMeters implements LedgerListener {

    private final Timer locks;
    private final Timer batches;
    private final DistributionSummary sizes;

    LedgerMeters(MeterRegistry meters) {
        this.locks = Timer.builder("sluice.ledger.locks")
                .description("Round trips that lock a batch's accounts, with the wait for other holders of the locks")
                .register(meters);
        this.batches = Timer.builder("sluice.ledger.batches")
                .description("Batches of transfers that were committed, with their retries")
                .register(meters);
        this.sizes = DistributionSummary.builder("sluice.ledger.batch.size")
                .description("Transfers in a batch")
                .register(meters);
    }

    @Override
    public void on(LedgerEvent event) {
        if (event instanceof LedgerEvent.Locked locked) {
            locks.record(locked.took());
        } else if (event instanceof LedgerEvent.Committed committed) {
            batches.record(committed.took());
            sizes.record(committed.transfers());
        }
    }
}
