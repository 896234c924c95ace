package io.sluice.transactions.idempotency;

import io.r2dbc.spi.Result;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The store's table: a partition for each day by UTC, made some days ahead and dropped when its answers are old. */
final class IdempotencySchema {

    private static final String TABLE = """
            DO $do$ BEGIN
              PERFORM pg_advisory_xact_lock(8317001462022);
              IF to_regclass('sluice.idempotency') IS NULL THEN
                CREATE SCHEMA IF NOT EXISTS sluice;
                CREATE TABLE sluice.idempotency (
                  id bytea NOT NULL,
                  day date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
                  fingerprint bytea NOT NULL,
                  status int NOT NULL,
                  headers bytea NOT NULL,
                  body bytea NOT NULL,
                  created_at timestamptz NOT NULL DEFAULT now(),
                  PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
              END IF;
            END $do$""";

    /** Attached and not made in place: that would lock out every keyed request for its while. */
    private static final String COMING_DAYS = """
            DO $do$ DECLARE
              today date := (now() AT TIME ZONE 'UTC')::date;
              name text;
            BEGIN
              IF to_regclass('sluice.idempotency') IS NULL THEN RETURN; END IF;
              PERFORM pg_advisory_xact_lock(8317001462022);
              FOR n IN 0..3 LOOP
                name := 'idempotency_' || to_char(today + n, 'YYYYMMDD');
                IF to_regclass('sluice.' || name) IS NULL THEN
                  EXECUTE format('CREATE TABLE sluice.%I (LIKE sluice.idempotency INCLUDING DEFAULTS)', name);
                  EXECUTE format('ALTER TABLE sluice.idempotency ATTACH PARTITION sluice.%I FOR VALUES FROM (%L) TO (%L)',
                    name, today + n, today + n + 1);
                END IF;
              END LOOP;
            END $do$""";

    private static final String OLD_DAYS = """
            DO $do$ DECLARE
              first date := ((now() - interval '%d seconds') AT TIME ZONE 'UTC')::date;
              old name;
            BEGIN
              IF to_regclass('sluice.idempotency') IS NULL THEN RETURN; END IF;
              FOR old IN
                SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid
                WHERE inhparent = 'sluice.idempotency'::regclass
                  AND relname < 'idempotency_' || to_char(first, 'YYYYMMDD')
              LOOP
                EXECUTE format('DROP TABLE sluice.%%I', old);
              END LOOP;
            END $do$""";

    private static final TxSpec CREATION = TxSpec.DEFAULT.withLockTimeout(Duration.ofSeconds(5));

    /** Dropping stops new requests while it waits for the ones before it, so it does not wait long. */
    private static final TxSpec DROP = TxSpec.DEFAULT.withLockTimeout(Duration.ofMillis(300));

    private IdempotencySchema() {}

    static Mono<Void> create(TransactionTemplate transactions) {
        return run(transactions, CREATION, TABLE).then(run(transactions, CREATION, COMING_DAYS));
    }

    /** Makes the days that come and drops those that are over; nothing where there is no table yet. */
    static Mono<Void> renew(TransactionTemplate transactions, Duration keep) {
        return run(transactions, CREATION, COMING_DAYS)
                .then(run(transactions, DROP, OLD_DAYS.formatted(keep.toSeconds())));
    }

    private static Mono<Void> run(TransactionTemplate transactions, TxSpec spec, String sql) {
        return transactions
                .execute(spec, connection -> Flux.from(
                                connection.createStatement(sql).execute())
                        .concatMap(Result::getRowsUpdated)
                        .then(Mono.just(true)))
                .then();
    }
}
