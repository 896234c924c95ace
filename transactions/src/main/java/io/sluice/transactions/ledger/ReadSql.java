package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireType.UUIDS;

import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireValue;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The ledger's queries. Their rows are read by {@link Rows}. */
final class ReadSql {

    private static final String NOW_MICROS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    private static final String ACCOUNT_COLUMNS = "a.id, a.ledger, a.code, a.flags, a.debits_pending, a.debits_posted,"
            + " a.credits_pending, a.credits_posted, a.user_data_128, a.user_data_64, a.user_data_32,"
            + " a.created_micros, a.changed_micros";
    private static final String TRANSFER_COLUMNS = "t.id, t.at_micros, t.debit_account_id,"
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
    /** What decisions need, in the order in which {@link Rows#lockedAccount} reads it. */
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

    private static final String ACCOUNTS =
            "SELECT " + ACCOUNT_COLUMNS + " FROM sluice_ledger.accounts a WHERE a.id = ANY (%s)";
    private static final WireStatement EXISTING_ACCOUNTS = WireStatement.of(ACCOUNTS.formatted("$1"), UUIDS);
    private static final WireStatement NOW = WireStatement.of("SELECT " + NOW_MICROS);

    /** What of {@link #existingAccounts} has the rows of accounts, and what the server's time. */
    static final int EXISTING_ACCOUNTS_STEP = 1;

    static final int NOW_STEP = 2;

    /** What of {@link #state} has the rows of accounts, and what those of transfers. */
    static final int LOCKED_STEP = 1;

    static final int EXISTING_STEP = 2;

    /** Always at least one row: the server's time, taken when the locks are held. */
    private static final WireStatement EXISTING = WireStatement.of(
            "SELECT c.now, " + TRANSFER_COLUMNS
                    + " FROM (SELECT " + NOW_MICROS + " AS now) c"
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

    private static final String TRANSFERS = "SELECT " + TRANSFER_COLUMNS
            + " FROM sluice_ledger.transfers t LEFT JOIN sluice_ledger.holds h ON h.id = t.id"
            + " WHERE t.id = ANY (%s) AND t.refusal IS NULL";

    private static final String DUE_HOLDS = "SELECT id FROM sluice_ledger.holds WHERE status = 1"
            + " AND expires_micros <= " + NOW_MICROS
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

    /** The accounts that are there, without locks. */
    static WireBatch existingAccounts(Collection<UUID> ids) {
        return WireBatch.of(Step.of(PLANNED_ONCE), Step.of(EXISTING_ACCOUNTS, uuids(ids)), Step.of(NOW));
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
}
