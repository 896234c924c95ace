package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a decision while it is being made, over a state that stays as it is. A linked chain is a draft over
 * the draft of its batch: kept as a whole or dropped as a whole.
 */
final class Draft {

    private final LedgerState state;
    private final @Nullable Draft below;
    private final Map<UUID, Account> accounts = new HashMap<>();
    private final Map<UUID, RecordedTransfer> transfers = new HashMap<>();
    private final Map<UUID, HoldStatus> settled = new LinkedHashMap<>();
    private final Map<UUID, Decision.Burnt> burnt = new LinkedHashMap<>();
    private final List<UUID> created = new ArrayList<>();

    Draft(LedgerState state) {
        this(state, null);
    }

    private Draft(LedgerState state, @Nullable Draft below) {
        this.state = state;
        this.below = below;
    }

    Draft chain() {
        return new Draft(state, this);
    }

    void keep(Draft chain) {
        accounts.putAll(chain.accounts);
        transfers.putAll(chain.transfers);
        settled.putAll(chain.settled);
        created.addAll(chain.created);
    }

    @Nullable
    Account account(UUID id) {
        Account changed = accounts.get(id);
        if (changed != null) {
            return changed;
        }
        return below == null ? state.account(id) : below.account(id);
    }

    @Nullable
    RecordedTransfer transfer(UUID id) {
        RecordedTransfer changed = transfers.get(id);
        if (changed != null) {
            return changed;
        }
        return below == null ? state.transfer(id) : below.transfer(id);
    }

    boolean isBurnt(UUID id) {
        return burnt.containsKey(id) || (below == null ? state.burnt(id) : below.isBurnt(id));
    }

    void put(Account account) {
        accounts.put(account.id(), account);
    }

    void add(RecordedTransfer transfer) {
        UUID id = transfer.transfer().id();
        transfers.put(id, transfer);
        created.add(id);
    }

    void settle(RecordedTransfer hold, HoldStatus status) {
        UUID id = hold.transfer().id();
        transfers.put(id, hold.withHold(status));
        settled.put(id, status);
    }

    void burn(Decision.Burnt refusal) {
        burnt.put(refusal.id(), refusal);
    }

    Decision decision(List<List<Decision.Answer>> answers) {
        List<RecordedTransfer> inOrder = new ArrayList<>(created.size());
        Map<UUID, HoldStatus> earlier = new LinkedHashMap<>(settled);
        for (UUID id : created) {
            RecordedTransfer transfer = transfers.get(id);
            if (transfer != null) {
                inOrder.add(transfer);
            }
            earlier.remove(id);
        }
        return new Decision(answers, inOrder, List.copyOf(burnt.values()), earlier, accounts.values());
    }
}
