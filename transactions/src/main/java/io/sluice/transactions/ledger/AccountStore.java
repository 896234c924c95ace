package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireType.INTS;
import static io.sluice.routing.wire.WireType.LONGS;
import static io.sluice.routing.wire.WireType.UUIDS;
import static io.sluice.routing.wire.WireValue.ints;
import static io.sluice.routing.wire.WireValue.longs;
import static io.sluice.routing.wire.WireValue.uuids;

import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireStatement;
import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.PipelinedTx;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/** Creates accounts, each request in one transaction. */
final class AccountStore {

    private static final WireStatement INSERT = WireStatement.of(
            "INSERT INTO sluice_ledger.accounts (id, ledger, code, flags, user_data_128, user_data_64, user_data_32,"
                    + " created_micros, changed_micros) SELECT *, created FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)"
                    + " AS a (id, ledger, code, flags, u128, u64, u32, created)",
            UUIDS,
            LONGS,
            INTS,
            INTS,
            UUIDS,
            LONGS,
            LONGS,
            LONGS);

    private final TransactionTemplate transactions;
    private final TxSpec spec;

    AccountStore(TransactionTemplate transactions, TxSpec spec) {
        this.transactions = transactions;
        this.spec = spec;
    }

    Mono<Committed<List<AccountOutcome>>> create(List<Account> requested) {
        return transactions.commitPipelined(spec, tx -> create(tx, requested));
    }

    private static Mono<List<AccountOutcome>> create(PipelinedTx tx, List<Account> requested) {
        List<UUID> ids = requested.stream().map(Account::id).distinct().toList();
        Map<UUID, Account> existing = new HashMap<>();
        AtomicLong nowMicros = new AtomicLong();
        return tx.begin(ReadSql.existingAccounts(ids), (step, row) -> {
                    if (step == ReadSql.EXISTING_ACCOUNTS_STEP) {
                        Account account = Rows.account(row);
                        existing.put(account.id(), account);
                    } else if (step == ReadSql.NOW_STEP) {
                        nowMicros.set(row.number(0));
                    }
                })
                .onErrorMap(RacedException::orAsItIs)
                .then(Mono.fromSupplier(() -> AccountEngine.apply(existing, requested, nowMicros.get())))
                .map(creation -> {
                    if (!creation.created().isEmpty()) {
                        tx.withCommit(WireBatch.of(insert(creation.created())), RacedException::orAsItIs);
                    }
                    return creation.outcomes();
                });
    }

    /** By id, so that two requests with the same accounts wait for each other in the same order. */
    private static Step insert(List<Account> created) {
        List<Account> rows = new ArrayList<>(created);
        rows.sort(Comparator.comparing(Account::id, DecisionWrite.ID_ORDER));
        return Step.of(
                INSERT,
                uuids(rows, Account::id),
                longs(rows, Account::ledger),
                ints(rows, Account::code),
                ints(rows, Account::flags),
                uuids(rows, row -> row.userData().u128()),
                longs(rows, row -> row.userData().u64()),
                longs(rows, row -> row.userData().u32()),
                longs(rows, Account::timestampMicros));
    }
}
