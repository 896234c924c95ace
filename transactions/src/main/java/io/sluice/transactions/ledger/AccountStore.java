package io.sluice.transactions.ledger;

import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.PipelinedTx;
import io.sluice.transactions.tx.SqlStateClass;
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

    private static final String NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now";
    private static final String INSERT = "INSERT INTO sluice_ledger.accounts (id, ledger, code, flags, user_data_128,"
            + " user_data_64, user_data_32, created_micros, changed_micros) SELECT *, created FROM unnest(";
    private static final String COLUMNS = ") AS a (id, ledger, code, flags, u128, u64, u32, created)";

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
        return tx.begin(ReadSql.accounts(ids) + ";" + NOW)
                .concatMap(result -> result.map((row, columns) -> {
                    if (columns.contains("now")) {
                        nowMicros.set(ReadSql.number(row, "now"));
                    } else {
                        Account account = ReadSql.account(row);
                        existing.put(account.id(), account);
                    }
                    return true;
                }))
                .then(Mono.fromSupplier(() -> AccountEngine.apply(existing, requested, nowMicros.get())))
                .map(creation -> {
                    if (!creation.created().isEmpty()) {
                        tx.withCommit(insert(creation.created()), AccountStore::raced);
                    }
                    return creation.outcomes();
                });
    }

    /** By id, so that two requests with the same accounts wait for each other in the same order. */
    private static String insert(List<Account> created) {
        List<Account> rows = new ArrayList<>(created);
        rows.sort(Comparator.comparing(Account::id, WriteSql.ID_ORDER));
        StringBuilder sql = new StringBuilder(400 + rows.size() * 120).append(INSERT);
        Literals.appendUuids(sql, rows, Account::id);
        Literals.appendLongs(sql.append(", "), rows, Account::ledger);
        Literals.appendInts(sql.append(", "), rows, Account::code);
        Literals.appendInts(sql.append(", "), rows, Account::flags);
        Literals.appendUuids(sql.append(", "), rows, row -> row.userData().u128());
        Literals.appendLongs(sql.append(", "), rows, row -> row.userData().u64());
        Literals.appendLongs(sql.append(", "), rows, row -> row.userData().u32());
        Literals.appendLongs(sql.append(", "), rows, Account::timestampMicros);
        return sql.append(COLUMNS).toString();
    }

    private static Throwable raced(Throwable error) {
        return SqlStateClass.of(error) == SqlStateClass.DUPLICATE
                ? new RacedException("another writer created one of the accounts first", error)
                : error;
    }
}
