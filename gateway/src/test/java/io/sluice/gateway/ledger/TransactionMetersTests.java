package io.sluice.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.transactions.tx.SqlStateClass;
import io.sluice.transactions.tx.TxEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransactionMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TransactionMeters meters = new TransactionMeters(registry);

    @Test
    void eachEventHasItsMeter() {
        meters.on(new TxEvent.Committed(2, Duration.ofMillis(5)));
        meters.on(new TxEvent.Retried(SqlStateClass.DEADLOCK, 1));
        meters.on(new TxEvent.Failed(SqlStateClass.LOCK_TIMEOUT, 5));
        meters.on(new TxEvent.OutcomeUnknown("localhost:5432"));

        assertThat(registry.get("sluice.tx").timer().count()).isEqualTo(1);
        assertThat(registry.get("sluice.tx.retries")
                        .tag("reason", "deadlock")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sluice.tx.failures")
                        .tag("reason", "lock_timeout")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sluice.tx.outcomes.unknown").counter().count()).isEqualTo(1);
    }

    @Test
    void whatAlarmsWatchIsThereBeforeItHappens() {
        assertThat(registry.get("sluice.tx.retries")
                        .tag("reason", "deadlock")
                        .counter()
                        .count())
                .isZero();
        assertThat(registry.get("sluice.tx.outcomes.unknown").counter().count()).isZero();
    }
}
