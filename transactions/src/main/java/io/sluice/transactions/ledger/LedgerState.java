package io.sluice.transactions.ledger;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The part of the ledger that a decision needs: every account, transfer, hold and burnt id that the requests name and
 * that exists. What is not here does not exist, as far as the engine is concerned.
 */
public record LedgerState(Map<UUID, Account> accounts, Map<UUID, RecordedTransfer> transfers, Set<UUID> burntIds) {

    public static final LedgerState EMPTY = new LedgerState(Map.of(), Map.of(), Set.of());

    @Nullable
    Account account(UUID id) {
        return accounts.get(id);
    }

    @Nullable
    RecordedTransfer transfer(UUID id) {
        return transfers.get(id);
    }

    boolean burnt(UUID id) {
        return burntIds.contains(id);
    }
}
