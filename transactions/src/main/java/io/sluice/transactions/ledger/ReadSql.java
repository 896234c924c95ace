package io.sluice.transactions.ledger;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ledger's queries and the meaning of their rows. */
final class ReadSql {

    private static final String ACCOUNT_COLUMNS = "a.id, a.ledger, a.code, a.flags, a.debits_pending, a.debits_posted,"
            + " a.credits_pending, a.credits_posted, a.user_data_128, a.user_data_64, a.user_data_32,"
            + " a.created_micros, a.changed_micros";
    private static final String TRANSFER_COLUMNS = "t.id AS transfer_id, t.at_micros, t.debit_account_id,"
            + " t.credit_account_id, t.amount, t.pending_id, t.user_data_128, t.user_data_64, t.user_data_32, t.timeout,"
            + " t.ledger, t.code, t.flags, t.debit_debits_pending, t.debit_debits_posted, t.debit_credits_pending,"
            + " t.debit_credits_posted, t.credit_debits_pending, t.credit_debits_posted, t.credit_credits_pending,"
            + " t.credit_credits_posted, t.refusal, h.status";

    /*
     * FOR NO KEY UPDATE and not FOR UPDATE: it is the lock that the update of the counters takes anyway, it excludes
     * every other transfer all the same, and it does not block the foreign-key checks (FOR KEY SHARE) of other tables
     * that refer to accounts. ORDER BY stands below the locking in the plan: everybody locks in key order.
     */
    private static final String LOCK = " ORDER BY a.id FOR NO KEY UPDATE OF a";
    /** What decisions need, in the order in which {@link #lockedAccount} reads it. */
    private static final String LOCKED_COLUMNS = "a.id, a.ledger, a.code, a.flags, a.debits_pending, a.debits_posted,"
            + " a.credits_pending, a.credits_posted, a.changed_micros, a.ctid::text";

    private static final String LOCK_ACCOUNTS =
            "SELECT " + LOCKED_COLUMNS + " FROM sluice_ledger.accounts a WHERE a.id = ANY (%1$s)" + LOCK;
    private static final String LOCK_ACCOUNTS_AND_THOSE_OF_HOLDS = "SELECT " + LOCKED_COLUMNS
            + " FROM sluice_ledger.accounts a WHERE a.id IN (SELECT unnest(%1$s)"
            + " UNION SELECT debit_account_id FROM sluice_ledger.transfers WHERE id = ANY (%2$s)"
            + " UNION SELECT credit_account_id FROM sluice_ledger.transfers WHERE id = ANY (%2$s))" + LOCK;

    /** Always at least one row: the server's time, taken when the locks are held. */
    private static final String EXISTING = "SELECT c.now, " + TRANSFER_COLUMNS
            + " FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now) c"
            + " LEFT JOIN (sluice_ledger.transfers t LEFT JOIN sluice_ledger.holds h ON h.id = t.id)"
            + " ON t.id = ANY (%s)";

    private static final String ACCOUNTS =
            "SELECT " + ACCOUNT_COLUMNS + " FROM sluice_ledger.accounts a WHERE a.id = ANY (%s)";
    private static final String TRANSFERS = "SELECT " + TRANSFER_COLUMNS
            + " FROM sluice_ledger.transfers t LEFT JOIN sluice_ledger.holds h ON h.id = t.id"
            + " WHERE t.id = ANY (%s) AND t.refusal IS NULL";

    private static final String DUE_HOLDS = "SELECT id FROM sluice_ledger.holds WHERE status = 1"
            + " AND expires_micros <= (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
            + " ORDER BY expires_micros LIMIT %d";

    /** Both indexes in the order of time, merged: a page reads a page's rows and no more. */
    private static final String HISTORY_SIDE = "(SELECT * FROM sluice_ledger.transfers WHERE %s = '%s' AND at_micros"
            + " BETWEEN %d AND %d ORDER BY at_micros %s%s)";

    private static final String HISTORY = "SELECT " + TRANSFER_COLUMNS
            + " FROM (%s UNION ALL %s) t LEFT JOIN sluice_ledger.holds h ON h.id = t.id ORDER BY t.at_micros %s%s";

    private ReadSql() {}

    static String lockAccounts(Collection<UUID> accounts, Collection<UUID> holds) {
        return holds.isEmpty()
                ? lockAccounts(Literals.uuids(accounts))
                : LOCK_ACCOUNTS_AND_THOSE_OF_HOLDS.formatted(Literals.uuids(accounts), Literals.uuids(holds));
    }

    /** @param ids an expression: the array, or a parameter that stands for it */
    static String lockAccounts(String ids) {
        return LOCK_ACCOUNTS.formatted(ids);
    }

    /** @param ids an expression: the array, or a parameter that stands for it */
    static String existing(String ids) {
        return EXISTING.formatted(ids);
    }

    /** Not "later than": on another primary an account may be as it was before. */
    static String changedAccounts(Map<UUID, Long> seenMicros) {
        List<Map.Entry<UUID, Long>> seen = List.copyOf(seenMicros.entrySet());
        StringBuilder sql = new StringBuilder(200 + seen.size() * 60)
                .append("SELECT ")
                .append(ACCOUNT_COLUMNS)
                .append(" FROM unnest(");
        Literals.appendUuids(sql, seen, Map.Entry::getKey);
        Literals.appendLongs(sql.append(", "), seen, Map.Entry::getValue);
        return sql.append(
                        ") AS w (id, seen) JOIN sluice_ledger.accounts a ON a.id = w.id WHERE a.changed_micros <> w.seen")
                .toString();
    }

    static String accounts(Collection<UUID> ids) {
        return ACCOUNTS.formatted(Literals.uuids(ids));
    }

    static String transfers(Collection<UUID> ids) {
        return TRANSFERS.formatted(Literals.uuids(ids));
    }

    static String history(History history) {
        String order = history.newestFirst() ? "DESC" : "ASC";
        String limit = history.limit() == 0 ? "" : " LIMIT " + history.limit();
        return HISTORY.formatted(
                side("debit_account_id", history, order, limit),
                side("credit_account_id", history, order, limit),
                order,
                limit);
    }

    private static String side(String column, History history, String order, String limit) {
        return HISTORY_SIDE.formatted(
                column, history.account(), history.fromMicros(), history.toMicros(), order, limit);
    }

    static String dueHolds(int atMost) {
        return DUE_HOLDS.formatted(atMost);
    }

    /** By position, because this is read for every account of every batch; without user data, which no rule needs. */
    static Account lockedAccount(Readable row) {
        return new Account(
                Objects.requireNonNull(row.get(0, UUID.class)),
                new Balance(number(row, 4), number(row, 5), number(row, 6), number(row, 7)),
                UserData.NONE,
                number(row, 1),
                (int) number(row, 2),
                (int) number(row, 3),
                0,
                number(row, 8));
    }

    /**
     * Where a locked account's row lies. It stays there until this transaction ends: nobody else can change a locked row,
     * and what moves rows needs a lock on the table that waits for this one.
     */
    static String place(Readable row) {
        return Objects.requireNonNull(row.get(9, String.class));
    }

    private static long number(Readable row, int column) {
        return Objects.requireNonNull(row.get(column, Long.class));
    }

    static Account account(Readable row) {
        return new Account(
                uuid(row, "id"),
                new Balance(
                        number(row, "debits_pending"),
                        number(row, "debits_posted"),
                        number(row, "credits_pending"),
                        number(row, "credits_posted")),
                userData(row),
                number(row, "ledger"),
                (int) number(row, "code"),
                (int) number(row, "flags"),
                number(row, "created_micros"),
                number(row, "changed_micros"));
    }

    static RecordedTransfer transfer(Readable row) {
        Transfer transfer = new Transfer(
                uuid(row, "transfer_id"),
                uuid(row, "debit_account_id"),
                uuid(row, "credit_account_id"),
                number(row, "amount"),
                orNil(row.get("pending_id", UUID.class)),
                userData(row),
                number(row, "timeout"),
                number(row, "ledger"),
                (int) number(row, "code"),
                (int) number(row, "flags"));
        Integer hold = row.get("status", Integer.class);
        return new RecordedTransfer(
                transfer,
                number(row, "at_micros"),
                hold == null ? HoldStatus.NONE : HoldStatus.ofStored(hold),
                balance(row, "debit_"),
                balance(row, "credit_"));
    }

    private static Balance balance(Readable row, String side) {
        return new Balance(
                number(row, side + "debits_pending"),
                number(row, side + "debits_posted"),
                number(row, side + "credits_pending"),
                number(row, side + "credits_posted"));
    }

    private static UserData userData(Readable row) {
        UUID u128 = row.get("user_data_128", UUID.class);
        long u64 = number(row, "user_data_64");
        long u32 = number(row, "user_data_32");
        return u128 == null && u64 == 0 && u32 == 0 ? UserData.NONE : new UserData(orNil(u128), u64, u32);
    }

    static long number(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Long.class), column);
    }

    private static UUID uuid(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, UUID.class), column);
    }

    private static UUID orNil(@Nullable UUID id) {
        return id == null ? Transfer.NIL : id;
    }
}
