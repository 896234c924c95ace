package io.sluice.routing.topology;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Row;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** One round trip that asks a server what it is and where it stands. */
final class Probe {

    /*
     * pg_control_checkpoint() lags behind a promotion, pg_walfile_name() fails in recovery, pg_stat_wal_receiver is
     * empty without a primary and hides its columns from users outside pg_monitor: hence all three.
     */
    private static final String SQL = """
            SELECT recovering,
                   coalesce(CASE WHEN recovering THEN pg_last_wal_replay_lsn()
                                 ELSE pg_current_wal_flush_lsn() END, '0/0')::text,
                   coalesce(CASE WHEN recovering THEN pg_last_wal_receive_lsn()
                                 ELSE pg_current_wal_insert_lsn() END, '0/0')::text,
                   CASE WHEN recovering
                        THEN greatest((SELECT received_tli FROM pg_stat_wal_receiver),
                                      (SELECT timeline_id FROM pg_control_checkpoint()))
                        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
                   current_setting('synchronous_commit')
            FROM (SELECT pg_is_in_recovery() AS recovering) s
            """;

    private Probe() {}

    /**
     * What a server said.
     *
     * @param askedNanos taken before the question left
     * @param received how far a replica has received; the primary's insert position
     * @param asynchronous whether commits are answered before they are flushed, unless a session says otherwise
     */
    record Answer(long askedNanos, boolean recovering, Lsn position, Lsn received, int timeline, boolean asynchronous) {

        /** Covers every commit that was answered before this question left. */
        ConsistencyToken token(boolean asyncCommit) {
            boolean inserted = !recovering && (asynchronous || asyncCommit);
            return new ConsistencyToken(timeline, inserted ? received.withoutPageHeader() : position);
        }
    }

    static Mono<Answer> ask(PostgresqlConnection connection) {
        return Mono.defer(() -> {
            long askedNanos = System.nanoTime();
            return connection
                    .createStatement(SQL)
                    .fetchSize(0)
                    .execute()
                    .flatMap(result -> result.map((row, metadata) -> answer(askedNanos, row)))
                    .single();
        });
    }

    private static Answer answer(long askedNanos, Row row) {
        Integer timeline = row.get(3, Integer.class);
        return new Answer(
                askedNanos,
                Boolean.TRUE.equals(row.get(0, Boolean.class)),
                Lsn.parse(Objects.requireNonNull(row.get(1, String.class))),
                Lsn.parse(Objects.requireNonNull(row.get(2, String.class))),
                timeline == null ? 0 : timeline,
                "off".equals(row.get(4, String.class)));
    }
}
