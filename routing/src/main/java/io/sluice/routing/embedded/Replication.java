package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said to servers about replication, in SQL. */
final class Replication {

    private static final Duration EFFECT = Duration.ofSeconds(30);
    private static final int PROMOTION_SECONDS = 60;

    private Replication() {}

    /** Makes the slot of a replica, which keeps what it has not received, unless it is there. */
    static void createSlot(Sql primary, String slot) {
        primary.query("SELECT pg_create_physical_replication_slot('" + slot + "', true) WHERE NOT EXISTS"
                + " (SELECT FROM pg_replication_slots WHERE slot_name = '" + slot + "')");
    }

    /** The application names of those who stream now. */
    static List<@Nullable String> streaming(Sql primary) {
        return primary
                .query("SELECT application_name FROM pg_stat_replication"
                        + " WHERE state = 'streaming' AND application_name LIKE 'node-%'")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    static void promote(NodeAddress replica) {
        if (!"t".equals(value(replica, "SELECT pg_promote(true, " + PROMOTION_SECONDS + ")"))) {
            throw new EmbeddedClusterException(replica + " was not promoted within " + PROMOTION_SECONDS + " s");
        }
    }

    static void pauseReplay(NodeAddress replica) {
        try (Sql sql = Sql.connect(replica)) {
            sql.query("SELECT pg_wal_replay_pause()");
            Await.orFail(
                    EFFECT,
                    () -> "paused".equals(sql.value("SELECT pg_get_wal_replay_pause_state()")),
                    () -> replica + " does not pause replay");
        }
    }

    static void resumeReplay(NodeAddress replica) {
        Sql.query(replica, "SELECT pg_wal_replay_resume()");
    }

    /** Waits until a replica has taken notice of a new delay. */
    static void awaitDelay(NodeAddress replica, Duration delay) {
        try (Sql sql = Sql.connect(replica)) {
            String shown = "SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay'";
            Await.orFail(
                    EFFECT,
                    () -> Long.toString(delay.toMillis()).equals(sql.value(shown)),
                    () -> replica + " does not take the delay");
        }
    }

    /** Waits until {@code replica} has replayed up to {@code target}. */
    static void awaitReplay(String name, NodeAddress replica, String target, Duration limit) {
        try (Sql sql = Sql.connect(replica)) {
            String reached = "SELECT pg_last_wal_replay_lsn() >= '" + target + "'";
            Await.orFail(
                    limit,
                    () -> "t".equals(sql.value(reached)),
                    () -> name + " has replayed up to " + sql.value("SELECT pg_last_wal_replay_lsn()") + " and not "
                            + target);
        }
    }

    /** Where the primary's log ends, in what is written already as in what is only in memory. */
    static String written(NodeAddress primary) {
        return value(primary, "SELECT pg_current_wal_insert_lsn()");
    }

    private static String value(NodeAddress node, String sql) {
        return String.valueOf(Sql.query(node, sql).get(0).get(0));
    }
}
