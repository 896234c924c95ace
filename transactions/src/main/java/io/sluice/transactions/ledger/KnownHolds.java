package io.sluice.transactions.ledger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the holds that were made here lately: what settles one of them is known to depend on these two, while
 * what settles any other hold might depend on everything. They say in which order batches are sent and nothing else; what is
 * decided is read from the server. Guarded by its lane.
 */
final class KnownHolds {

    static final int MAX = 32_768;

    /** The two accounts of a hold, which never change. */
    record Accounts(UUID debit, UUID credit) {}

    private final Map<UUID, Accounts> holds = new LinkedHashMap<>();

    /** The accounts of the hold that {@code settling} names; null where nobody can tell. */
    @Nullable
    Accounts of(Transfer settling) {
        if (!settling.debitAccountId().equals(Transfer.NIL)
                && !settling.creditAccountId().equals(Transfer.NIL)) {
            // If they are not the hold's it is refused for that, whatever the accounts are like.
            return new Accounts(settling.debitAccountId(), settling.creditAccountId());
        }
        return holds.get(settling.pendingId());
    }

    /** Remembers those of {@code request} that were made as holds; the oldest are forgotten. */
    void made(List<Transfer> request, List<Decision.Answer> answers) {
        for (int i = 0; i < request.size(); i++) {
            Transfer transfer = request.get(i);
            if (transfer.has(TransferFlag.PENDING) && answers.get(i).outcome() == TransferOutcome.CREATED) {
                holds.put(transfer.id(), new Accounts(transfer.debitAccountId(), transfer.creditAccountId()));
            }
        }
        while (holds.size() > MAX) {
            holds.remove(holds.keySet().iterator().next());
        }
    }
}
