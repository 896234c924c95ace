package io.sluice.transactions.ledger;

import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireRow;
import io.sluice.transactions.tx.PipelinedTx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Locks and reads what the requests name, in one round trip. */
final class StateReader {

    private final Set<UUID> accounts = new LinkedHashSet<>();
    private final Set<UUID> holds = new LinkedHashSet<>();
    private final Set<UUID> transfers = new LinkedHashSet<>();

    StateReader(List<List<Transfer>> requests) {
        requests.forEach(request -> request.forEach(this::include));
    }

    private void include(Transfer transfer) {
        transfers.add(transfer.id());
        if (transfer.settles()) {
            holds.add(transfer.pendingId());
            transfers.add(transfer.pendingId());
        }
        accounts.add(transfer.debitAccountId());
        accounts.add(transfer.creditAccountId());
    }

    /**
     * A state, and the server's time at which it was read.
     *
     * @param places where the rows of the accounts lie
     */
    record Snapshot(LedgerState state, Map<UUID, Long> places, long nowMicros) {

        /** Later than every change of the accounts, so that the transfers of each account have an order in time. */
        long firstMicros() {
            long latest = nowMicros;
            for (Account account : state.accounts().values()) {
                latest = Math.max(latest, account.changedMicros() + 1);
            }
            return latest;
        }
    }

    /**
     * Two statements, sent together with the BEGIN. The second runs when the locks of the first are held, so what it sees cannot change
     * any more before this transaction ends.
     */
    Mono<Snapshot> read(PipelinedTx tx) {
        Read read = new Read();
        return tx.begin(ReadSql.state(accounts, holds, transfers), read)
                .then(Mono.fromSupplier(read::snapshot))
                .handle((snapshot, sink) -> {
                    UUID missed = holdWithoutAccounts(snapshot.state());
                    if (missed == null) {
                        sink.next(snapshot);
                    } else {
                        sink.error(new RacedException(
                                "the hold " + missed + " appeared while accounts were locked", null));
                    }
                });
    }

    /** A hold that was committed after the statement that locks had looked for it: its accounts are not locked. */
    private @Nullable UUID holdWithoutAccounts(LedgerState state) {
        for (UUID id : holds) {
            RecordedTransfer hold = state.transfer(id);
            if (hold != null
                    && (state.account(hold.transfer().debitAccountId()) == null
                            || state.account(hold.transfer().creditAccountId()) == null)) {
                return id;
            }
        }
        return null;
    }

    /** What the rows say. */
    private static final class Read implements WireAnswer {

        private final Map<UUID, Account> accounts = new HashMap<>();
        private final Map<UUID, RecordedTransfer> transfers = new HashMap<>();
        private final Set<UUID> burnt = new HashSet<>();
        private final Map<UUID, Long> places = new HashMap<>();
        private long nowMicros;

        @Override
        public void row(int step, WireRow row) {
            if (step == ReadSql.LOCKED_STEP) {
                Account account = Rows.lockedAccount(row);
                accounts.put(account.id(), account);
                places.put(account.id(), Rows.place(row));
            } else if (step == ReadSql.EXISTING_STEP) {
                addExisting(row);
            }
        }

        private void addExisting(WireRow row) {
            nowMicros = Rows.existingNow(row);
            UUID id = Rows.existingId(row);
            if (id == null) {
                return;
            }
            if (Rows.existingIsRefusal(row)) {
                burnt.add(id);
            } else {
                transfers.put(id, Rows.existing(row));
            }
        }

        Snapshot snapshot() {
            return new Snapshot(new LedgerState(accounts, transfers, burnt), places, nowMicros);
        }
    }
}
