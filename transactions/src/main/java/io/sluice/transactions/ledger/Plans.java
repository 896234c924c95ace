package io.sluice.transactions.ledger;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.RoutedConnection;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a plain batch, planned once for each connection: parsing and planning them anew costs the server a
 * quarter of what a batch of thirty costs it.
 *
 * <p>They are prepared with SQL's PREPARE and run with EXECUTE, their arrays as text, because the driver sends statements
 * without parameters back to back. Where a connection turns out not to keep them (a pooler in between, DISCARD ALL) the
 * same statements go with their arrays in place from then on.
 */
final class Plans {

    /**
     * Their names change with their texts: a connection may be used by two versions of this program, through a pooler. All of
     * them with any of the texts, because the first one is asked for and stands for all.
     */
    private static final String LOCK = "sluice_ledger_lock_2";

    private static final String EXISTING = "sluice_ledger_existing_2";
    private static final String WRITE = "sluice_ledger_write_2";
    private static final String NO_SUCH_STATEMENT = "26000";

    private static final String PREPARE = """
            DO $sluice$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE name = '%s') THEN
            EXECUTE $plan$PREPARE %s AS %s$plan$; EXECUTE $plan$PREPARE %s AS %s$plan$; EXECUTE $plan$PREPARE %s AS %s$plan$;
            END IF; END $sluice$;""".formatted(
                    LOCK,
                    LOCK + " (uuid[])",
                    ReadSql.lockAccounts("$1"),
                    EXISTING + " (uuid[])",
                    ReadSql.existing("$1"),
                    WRITE + WriteSql.PLAIN_TYPES,
                    WriteSql.PLAIN);

    /**
     * A plan that is made while the tables are still small is kept when they have grown: it has to use the keys, whatever
     * the planner thinks of tables that nobody has analyzed. And it is used for the smallest batch too, for which the server
     * would rather plan each time: that costs more than all the rest of it.
     */
    private static final String PLANNED_ONCE =
            "SET LOCAL enable_seqscan = off;SET LOCAL plan_cache_mode = force_generic_plan;";

    /** Of the whole process: that a connection is prepared is true for every ledger that uses it. */
    private static final Map<PostgresqlConnection, Plans> OF_CONNECTIONS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private enum State {
        TO_PREPARE,
        PREPARED,
        NOT_KEPT
    }

    private volatile State state = State.TO_PREPARE;

    private Plans() {}

    static Plans of(RoutedConnection connection) {
        PostgresqlConnection driver = Objects.requireNonNull(connection.unwrap(PostgresqlConnection.class));
        return OF_CONNECTIONS.computeIfAbsent(driver, unknown -> new Plans());
    }

    /** Locks and reads the accounts, those of holds too, then reads the transfers. */
    String read(Collection<UUID> accounts, Collection<UUID> holds, Collection<UUID> transfers) {
        if (state == State.NOT_KEPT) {
            return ReadSql.lockAccounts(accounts, holds) + ";" + ReadSql.existing(Literals.uuids(transfers));
        }
        String lock = holds.isEmpty()
                ? "EXECUTE " + LOCK + "(" + Literals.uuids(accounts) + ")"
                : ReadSql.lockAccounts(accounts, holds);
        return (state == State.TO_PREPARE ? PREPARE : "")
                + PLANNED_ONCE
                + lock
                + ";EXECUTE "
                + EXISTING
                + "("
                + Literals.uuids(transfers)
                + ")";
    }

    /** What {@link #read} began with is there now. */
    void prepared() {
        if (state == State.TO_PREPARE) {
            state = State.PREPARED;
        }
    }

    /** How a plain decision is written; null where it has to be written in full. */
    @Nullable
    String plainWrite() {
        return state == State.PREPARED ? "EXECUTE " + WRITE : null;
    }

    /** Whether {@code error} says that this connection does not keep what was prepared. Then it is not tried again. */
    boolean lost(Throwable error) {
        boolean lost = error instanceof R2dbcException answer && NO_SUCH_STATEMENT.equals(answer.getSqlState());
        if (lost) {
            state = State.NOT_KEPT;
        }
        return lost;
    }
}
