package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.testing.Allocation;
import org.junit.jupiter.api.Test;

/** What deciding a transfer leaves for the garbage collector. */
class TransferEngineAllocationTests {

    private static final int TRANSFERS = 64;

    @Test
    void aTransferOfABatchCostsFewObjects() {
        assertThat(bytesEach(TransferBatches.hot(TRANSFERS)) / TRANSFERS).isLessThanOrEqualTo(500);
        assertThat(bytesEach(TransferBatches.uniform(TRANSFERS)) / TRANSFERS).isLessThanOrEqualTo(550);
    }

    @Test
    void aTransferAloneCostsThreeTimesThatAtMost() {
        assertThat(bytesEach(TransferBatches.uniform(1))).isLessThanOrEqualTo(1_500);
    }

    private static long bytesEach(TransferBatches batches) {
        assertThat(batches.decide().created()).hasSameSizeAs(batches.batch());
        return Allocation.bytesEach(batches::decide);
    }
}
