package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Batches of plain transfers with what the engine has to know of their accounts. */
record TransferBatches(LedgerState state, List<Transfer> batch) {

    static final long NOW_MICROS = 1_000_000_000;

    /** So few accounts that most transfers of a batch have one in common. */
    static TransferBatches hot(int transfers) {
        return between(10, transfers);
    }

    /** So many that hardly any have: a batch knows of those it names only. */
    static TransferBatches uniform(int transfers) {
        return between(2 * transfers, transfers);
    }

    private static TransferBatches between(int accounts, int transfers) {
        Random random = new Random(7);
        LedgerBook book = new LedgerBook();
        List<Account> created = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            created.add(Account.create(id(random), UserData.NONE, 1, 1, 0));
        }
        book.createAccounts(created);
        List<Transfer> batch = new ArrayList<>();
        for (int i = 0; i < transfers; i++) {
            UUID debit = created.get(2 * i % accounts).id();
            UUID credit = created.get((2 * i + 1) % accounts).id();
            batch.add(Transfer.of(id(random), debit, credit, 5, 1, 1));
        }
        return new TransferBatches(book.state(), batch);
    }

    private static UUID id(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    Decision decide() {
        return TransferEngine.apply(state, batch, NOW_MICROS);
    }
}
