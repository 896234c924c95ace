package io.sluice.gateway.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.transactions.tx.SqlStateClass;
import io.sluice.transactions.tx.TxEvent;
import io.sluice.transactions.tx.TxListener;
import java.util.Locale;

/**
 * Counts what transactions report: {@code sluice.tx} (timer of those committed, retries included),
 * {@code sluice.tx.retries} and {@code sluice.tx.failures} (by reason: deadlocks and lock timeouts are two of them),
 * {@code sluice.tx.outcomes.unknown}.
 */
final class TransactionMeters implements TxListener {

    private final MeterRegistry meters;
    private final Timer committed;

    TransactionMeters(MeterRegistry meters) {
        this.meters = meters;
        this.committed = Timer.builder("sluice.tx")
                .description("Transactions that were committed, with their retries")
                .register(meters);
        // Present from the start, so that an alarm on them can be made before there is one.
        count("sluice.tx.retries", SqlStateClass.DEADLOCK, 0);
        count("sluice.tx.failures", SqlStateClass.DEADLOCK, 0);
        count("sluice.tx.failures", SqlStateClass.LOCK_TIMEOUT, 0);
        meters.counter("sluice.tx.outcomes.unknown").increment(0);
    }

    @Override
    public void on(TxEvent event) {
        if (event instanceof TxEvent.Committed done) {
            committed.record(done.took());
        } else if (event instanceof TxEvent.Retried retried) {
            count("sluice.tx.retries", retried.reason(), 1);
        } else if (event instanceof TxEvent.Failed failed) {
            count("sluice.tx.failures", failed.reason(), 1);
        } else if (event instanceof TxEvent.OutcomeUnknown) {
            meters.counter("sluice.tx.outcomes.unknown").increment();
        }
    }

    private void count(String name, SqlStateClass reason, int times) {
        meters.counter(name, "reason", reason.name().toLowerCase(Locale.ROOT)).increment(times);
    }
}
