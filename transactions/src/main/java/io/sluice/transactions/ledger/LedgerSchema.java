package io.sluice.transactions.ledger;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Creates the ledger's tables where they are not there yet. Safe when several gateways start at once. */
final class LedgerSchema {

    static final int VERSION = 2;

    private static final String PRESENT = "SELECT to_regclass('sluice_ledger.version') IS NOT NULL AS present";
    private static final String CURRENT = "SELECT coalesce(max(number), 0) AS version FROM sluice_ledger.version";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(8317001462021)";
    private static final TxSpec CREATION = TxSpec.DEFAULT
            .withLockTimeout(Duration.ofSeconds(20))
            .withStatementTimeout(Duration.ofSeconds(20))
            .withDeadline(Duration.ofSeconds(30));

    private LedgerSchema() {}

    /** An existing schema is only looked at, so that a role without the right to create one can use it. */
    static Mono<Void> create(TransactionTemplate transactions) {
        return transactions
                .execute(CREATION, connection -> version(connection)
                        .filter(version -> version < VERSION)
                        .flatMap(missing -> run(connection, LOCK).then(run(connection, script()))))
                .then();
    }

    private static Mono<Integer> version(RoutedConnection connection) {
        return Flux.from(connection.createStatement(PRESENT).execute())
                .flatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get("present", Boolean.class))))
                .single()
                .flatMap(present -> present ? currentVersion(connection) : Mono.just(0));
    }

    private static Mono<Integer> currentVersion(RoutedConnection connection) {
        return Flux.from(connection.createStatement(CURRENT).execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get("version", Integer.class))))
                .single();
    }

    private static Mono<Void> run(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private static String script() {
        try (InputStream in = LedgerSchema.class.getResourceAsStream("schema.sql")) {
            return new String(Objects.requireNonNull(in, "schema.sql").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
