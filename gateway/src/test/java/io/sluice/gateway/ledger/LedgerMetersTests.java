package io.sluice.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.transactions.ledger.LedgerEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LedgerMeters meters = new LedgerMeters(registry);

    @Test
    void batchesAreTimedAndCountedAndSoAreTheirLocks() {
        meters.on(new LedgerEvent.Locked(Duration.ofMillis(3)));
        meters.on(new LedgerEvent.Committed(2, 30, Duration.ofMillis(7)));

        assertThat(registry.get("sluice.ledger.locks").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
        assertThat(registry.get("sluice.ledger.batches").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(7);
        assertThat(registry.get("sluice.ledger.batch.size").summary().totalAmount())
                .isEqualTo(30);
    }
}
