package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One statement that writes a decision: transfers, burnt ids, holds and counters, each set as arrays. Parts that a
 * decision does not need are left out.
 */
final class WriteSql {

    /**
     * The order of inserts, by id as PostgreSQL orders them. Two gateways that insert the same ids wait for each other
     * in the same order, and not for one another at the same time.
     */
    static final Comparator<UUID> ID_ORDER = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    static final String INSERT = "INSERT INTO sluice_ledger.transfers (id, at_micros, debit_account_id,"
            + " credit_account_id, amount, ledger, code, flags, debit_debits_pending, debit_debits_posted,"
            + " debit_credits_pending, debit_credits_posted, credit_debits_pending, credit_debits_posted,"
            + " credit_credits_pending, credit_credits_posted";

    /** By the place of each row, known since it was locked: looking them up by their key again costs more than the update. */
    private static final String UPDATE = "UPDATE sluice_ledger.accounts a SET debits_pending = c.debits_pending,"
            + " debits_posted = c.debits_posted, credits_pending = c.credits_pending, credits_posted = c.credits_posted,"
            + " flags = c.flags, changed_micros = c.changed FROM (SELECT ";

    private static final String UPDATED =
            ") AS c (place, debits_pending, debits_posted, credits_pending, credits_posted, flags, changed)"
                    + " WHERE a.ctid = c.place";

    private final StringBuilder sql = new StringBuilder(16_000);
    private final Map<UUID, Long> places;

    private WriteSql(Map<UUID, Long> places) {
        this.places = places;
    }

    /**
     * The statement for a decision.
     *
     * @param places where the rows of its accounts lie
     */
    static String of(Decision decision, Map<UUID, Long> places) {
        return new WriteSql(places).full(decision);
    }

    private String full(Decision decision) {
        sql.append("WITH ");
        transfers(sorted(decision.created()));
        burnt(decision.burnt());
        newHolds(decision.created());
        settledHolds(decision.settledHolds());
        accounts(List.copyOf(decision.accounts()));
        return sql.toString();
    }

    static List<RecordedTransfer> sorted(List<RecordedTransfer> transfers) {
        List<RecordedTransfer> sorted = new ArrayList<>(transfers);
        sorted.sort(Comparator.comparing(transfer -> transfer.transfer().id(), ID_ORDER));
        return sorted;
    }

    private void transfers(List<RecordedTransfer> rows) {
        if (rows.isEmpty()) {
            return;
        }
        boolean plain = rows.stream().allMatch(row -> isPlain(row.transfer()));
        sql.append("created AS (").append(INSERT);
        sql.append(plain ? "" : ", pending_id, user_data_128, user_data_64, user_data_32, timeout");
        sql.append(") SELECT ");
        plainColumns(rows);
        if (!plain) {
            uuids(rows, row -> orNull(row.transfer().pendingId()));
            uuids(rows, row -> orNull(row.transfer().userData().u128()));
            longs(rows, row -> row.transfer().userData().u64());
            longs(rows, row -> row.transfer().userData().u32());
            longs(rows, row -> row.transfer().timeoutSeconds());
        }
        endPart();
    }

    private void plainColumns(List<RecordedTransfer> rows) {
        uuids(rows, row -> row.transfer().id());
        longs(rows, RecordedTransfer::timestampMicros);
        uuids(rows, row -> row.transfer().debitAccountId());
        uuids(rows, row -> row.transfer().creditAccountId());
        longs(rows, row -> row.transfer().amount());
        longs(rows, row -> row.transfer().ledger());
        ints(rows, row -> row.transfer().code());
        ints(rows, row -> row.transfer().flags());
        balance(rows, RecordedTransfer::debitAfter);
        balance(rows, RecordedTransfer::creditAfter);
    }

    static boolean isPlain(Transfer transfer) {
        return transfer.pendingId().equals(Transfer.NIL)
                && transfer.timeoutSeconds() == 0
                && transfer.userData().equals(UserData.NONE);
    }

    private void burnt(List<Decision.Burnt> refusals) {
        if (refusals.isEmpty()) {
            return;
        }
        List<Decision.Burnt> rows = new ArrayList<>(refusals);
        rows.sort(Comparator.comparing(Decision.Burnt::id, ID_ORDER));
        sql.append("burnt AS (INSERT INTO sluice_ledger.transfers (id, at_micros, refusal) SELECT ");
        uuids(rows, Decision.Burnt::id);
        longs(rows, Decision.Burnt::timestampMicros);
        texts(rows, row -> row.outcome().wireName());
        endPart();
    }

    private void newHolds(List<RecordedTransfer> created) {
        List<RecordedTransfer> rows = sorted(created.stream()
                .filter(transfer -> transfer.hold() != HoldStatus.NONE)
                .toList());
        if (rows.isEmpty()) {
            return;
        }
        sql.append("held AS (INSERT INTO sluice_ledger.holds (id, status, expires_micros) SELECT id, status,"
                + " nullif(expires, 0) FROM (SELECT ");
        uuids(rows, row -> row.transfer().id());
        ints(rows, row -> row.hold().stored());
        longs(rows, row -> row.expires() ? row.expiresAtMicros() : 0);
        sql.setLength(sql.length() - 2);
        sql.append(") AS h (id, status, expires)), ");
    }

    private void settledHolds(Map<UUID, HoldStatus> settled) {
        if (settled.isEmpty()) {
            return;
        }
        List<Map.Entry<UUID, HoldStatus>> rows = List.copyOf(settled.entrySet());
        sql.append("settled AS (UPDATE sluice_ledger.holds h SET status = s.status FROM (SELECT ");
        uuids(rows, Map.Entry::getKey);
        ints(rows, row -> row.getValue().stored());
        sql.setLength(sql.length() - 2);
        sql.append(") AS s (id, status) WHERE h.id = s.id), ");
    }

    private void accounts(List<Account> rows) {
        sql.setLength(sql.length() - 2);
        sql.append(' ').append(UPDATE);
        accountColumns(rows);
        sql.setLength(sql.length() - 2);
        sql.append(UPDATED);
    }

    private void accountColumns(List<Account> rows) {
        sql.append("unnest(");
        Literals.appendPlaces(sql, rows, row -> Objects.requireNonNull(places.get(row.id())));
        sql.append("), ");
        balance(rows, Account::balance);
        ints(rows, Account::flags);
        longs(rows, Account::changedMicros);
    }

    private void endPart() {
        sql.setLength(sql.length() - 2);
        sql.append("), ");
    }

    private <T> void balance(List<T> rows, Function<T, Balance> of) {
        longs(rows, row -> of.apply(row).debitsPending());
        longs(rows, row -> of.apply(row).debitsPosted());
        longs(rows, row -> of.apply(row).creditsPending());
        longs(rows, row -> of.apply(row).creditsPosted());
    }

    private <T> void uuids(List<T> rows, Function<T, @Nullable UUID> of) {
        sql.append("unnest(");
        Literals.appendUuids(sql, rows, of);
        sql.append("), ");
    }

    private <T> void longs(List<T> rows, ToLongFunction<T> of) {
        sql.append("unnest(");
        Literals.appendLongs(sql, rows, of);
        sql.append("), ");
    }

    private <T> void ints(List<T> rows, ToLongFunction<T> of) {
        sql.append("unnest(");
        Literals.appendInts(sql, rows, of);
        sql.append("), ");
    }

    private <T> void texts(List<T> rows, Function<T, String> of) {
        sql.append("unnest(");
        Literals.appendNames(sql, rows, of);
        sql.append("), ");
    }

    private static @Nullable UUID orNull(UUID id) {
        return id.equals(Transfer.NIL) ? null : id;
    }
}
