package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireType.UUIDS;

import io.r2dbc.spi.Readable;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireRow;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireValue;
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
            + " a.credits_pending, a.credits_posted, a.changed_micros, a.ctid";

    private static final WireStatement LOCK_ACCOUNTS = WireStatement.of(
            "SELECT " + LOCKED_COLUMNS + " FROM sluice_ledger.accounts a WHERE a.id = ANY ($1)" + LOCK, UUIDS);
    private static final WireStatement LOCK_ACCOUNTS_AND_THOSE_OF_HOLDS = WireStatement.of(
            "SELECT " + LOCKED_COLUMNS + " FROM sluice_ledger.accounts a WHERE a.id IN (SELECT unnest($1)"
                    + " UNION SELECT debit_account_id FROM sluice_ledger.transfers WHERE id = ANY ($2)"
                    + " UNION SELECT credit_account_id FROM sluice_ledger.transfers WHERE id = ANY ($2))" + LOCK,
            UUIDS,
            UUIDS);

    /** What of {@link #state} has the rows of accounts, and what those of transfers. */
    static final int LOCKED_STEP = 1;

    static final int EXISTING_STEP = 2;

    /** Always at least one row: the server's time, taken when the locks are held. */
    private static final WireStatement EXISTING = WireStatement.of(
            "SELECT c.now, " + TRANSFER_COLUMNS
                    + " FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now) c"
                    + " LEFT JOIN (sluice_ledger.transfers t LEFT JOIN sluice_ledger.holds h ON h.id = t.id)"
                    + " ON t.id = ANY ($1)",
            UUIDS);

    /**
     * A plan that is made while the tables are still small is kept when they have grown: it has to use the keys, whatever
     * the planner thinks of tables that nobody has analyzed. And it is used for the smallest batch too, for which the server
     * would rather plan each time: that costs more than all the rest of it.
     */
    private static final WireStatement PLANNED_ONCE =
            WireStatement.of("SELECT set_config('enable_seqscan', 'off', true),"
                    + " set_config('plan_cache_mode', 'force_generic_plan', true)");

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

    /** Locks and reads the accounts, those of holds too, then reads the transfers. */
    static WireBatch state(Collection<UUID> accounts, Collection<UUID> holds, Collection<UUID> transfers) {
        Step lock = holds.isEmpty()
                ? Step.of(LOCK_ACCOUNTS, uuids(accounts))
                : Step.of(LOCK_ACCOUNTS_AND_THOSE_OF_HOLDS, uuids(accounts), uuids(holds));
        return WireBatch.of(Step.of(PLANNED_ONCE), lock, Step.of(EXISTING, uuids(transfers)));
    }

    private static WireValue uuids(Collection<UUID> ids) {
        return WireValue.uuids(List.copyOf(ids), id -> id);
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
    static Account lockedAccount(WireRow row) {
        return new Account(
                row.uuid(0),
                new Balance(row.number(4), row.number(5), row.number(6), row.number(7)),
                UserData.NONE,
                row.number(1),
                (int) row.number(2),
                (int) row.number(3),
                0,
                row.number(8));
    }

    /**
     * Where a locked account's row lies. It stays there until this transaction ends: nobody else can change a locked row,
     * and what moves rows needs a lock on the table that waits for this one.
     */
    static long place(WireRow row) {
        return row.place(9);
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
