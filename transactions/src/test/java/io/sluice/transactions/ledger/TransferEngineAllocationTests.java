package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.testing.Allocation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What deciding a transfer leaves for the garbage collector. */
class TransferEngineAllocationTests {

    private static final int TRANSFERS = 64;

    private final LedgerBook book = new LedgerBook();

    @Test
    void aTransferOfABatchCostsFewObjects() {
        List<Account> accounts = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            accounts.add(Account.create(new UUID(0, i), UserData.NONE, 1, 1, 0));
        }
        book.createAccounts(accounts);
        List<Transfer> batch = new ArrayList<>();
        for (int i = 0; i < TRANSFERS; i++) {
            batch.add(Transfer.of(new UUID(1, i + 1), new UUID(0, 1 + i % 10), new UUID(0, 1 + (i + 1) % 10), 5, 1, 1));
        }
        LedgerState state = book.state();

        long bytes = Allocation.bytesEach(() -> TransferEngine.apply(state, batch, 1_000_000)) / TRANSFERS;
        assertThat(bytes).isLessThanOrEqualTo(500);
    }
}
