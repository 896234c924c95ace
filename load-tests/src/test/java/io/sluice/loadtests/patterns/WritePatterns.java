package io.sluice.loadtests.patterns;

import static io.sluice.loadtests.patterns.Database.inTransaction;
import static io.sluice.loadtests.patterns.Database.update;
import static io.sluice.loadtests.patterns.Database.with;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Patterns of writing. */
final class WritePatterns {

    private static final int ROWS = 1_000;
    private static final int BATCH = 50;
    private static final String INSERT = "INSERT INTO inserted (a, b) VALUES ($1, $2)";

    private final Servers servers;

    WritePatterns(Servers servers) {
        this.servers = servers;
    }

    Pattern inserts() {
        ConnectionFactory pool = servers.primary().pool(1);
        return new Pattern(
                "1,000 rows into a table, by one caller",
                "10 s one by one, 200 ms in batches of 50, 50 ms as rows of one statement",
                "rows",
                List.of(
                        thousand("one by one, a commit each", () -> with(pool, WritePatterns::oneByOne)),
                        thousand("one by one, one commit", () -> inTransaction(pool, WritePatterns::oneByOne)),
                        thousand("batches of 50 bindings", () -> inTransaction(pool, WritePatterns::batches)),
                        thousand("rows of one statement", () -> with(pool, WritePatterns::manyRows)),
                        thousand("unnest of two arrays", () -> with(pool, WritePatterns::unnest)),
                        thousand("COPY", () -> with(pool, WritePatterns::copy))));
    }

    private static Variant thousand(String name, Supplier<Mono<Long>> operation) {
        return Variant.of(name, 1, operation).each(ROWS);
    }

    private static Mono<Long> oneByOne(Connection connection) {
        return Flux.range(0, ROWS)
                .concatMap(n -> update(bound(connection.createStatement(INSERT), n)))
                .reduce(0L, Long::sum);
    }

    private static Mono<Long> batches(Connection connection) {
        return Flux.range(0, ROWS / BATCH)
                .concatMap(batch -> {
                    Statement statement = connection.createStatement(INSERT);
                    for (int n = 0; n < BATCH; n++) {
                        bound(n == 0 ? statement : statement.add(), n);
                    }
                    return update(statement);
                })
                .reduce(0L, Long::sum);
    }

    private static Mono<Long> manyRows(Connection connection) {
        String values = IntStream.range(0, ROWS)
                .mapToObj(n -> "($" + (2 * n + 1) + ", $" + (2 * n + 2) + ")")
                .collect(Collectors.joining(", "));
        Statement statement = connection.createStatement("INSERT INTO inserted (a, b) VALUES " + values);
        for (int n = 0; n < ROWS; n++) {
            statement.bind(2 * n, (long) n).bind(2 * n + 1, "row " + n);
        }
        return update(statement);
    }

    private static Mono<Long> unnest(Connection connection) {
        Long[] a = IntStream.range(0, ROWS).mapToObj(n -> (long) n).toArray(Long[]::new);
        String[] b = IntStream.range(0, ROWS).mapToObj(n -> "row " + n).toArray(String[]::new);
        return update(connection
                .createStatement("INSERT INTO inserted (a, b) SELECT * FROM unnest($1::bigint[], $2::text[])")
                .bind(0, a)
                .bind(1, b));
    }

    private static Mono<Long> copy(Connection connection) {
        String rows =
                IntStream.range(0, ROWS).mapToObj(n -> n + "\trow " + n + "\n").collect(Collectors.joining());
        PostgresqlConnection driver = ((Wrapped<?>) connection).unwrap(PostgresqlConnection.class);
        return driver.copyIn("COPY inserted (a, b) FROM STDIN")
                .from(Mono.fromSupplier(() -> ByteBufUtil.writeUtf8(ByteBufAllocator.DEFAULT, rows)))
                .build();
    }

    private static Statement bound(Statement statement, int n) {
        return statement.bind(0, (long) n).bind(1, "row " + n);
    }

    Pattern lockOrder() {
        ConnectionFactory pool = servers.primary().pool(16);
        Variant.Note deadlocks = new Variant.Note("deadlocks", this::deadlocks);
        return new Pattern(
                "Transfers between 10 accounts that lock both rows, by 16 callers",
                "rows locked in one order everywhere cannot deadlock",
                "transfers",
                List.of(
                        Variant.of("rows locked as they come", 16, () -> transfer(pool, false))
                                .with(deadlocks),
                        Variant.of("rows locked in key order", 16, () -> transfer(pool, true))
                                .with(deadlocks)));
    }

    private long deadlocks() {
        return servers.primary().number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private static Mono<Long> transfer(ConnectionFactory pool, boolean inOrder) {
        long from = ThreadLocalRandom.current().nextInt(1, 11);
        long to = (from + ThreadLocalRandom.current().nextInt(1, 10) - 1) % 10 + 1;
        long first = inOrder ? Math.min(from, to) : from;
        return inTransaction(pool, connection -> lock(connection, first)
                .then(lock(connection, first == from ? to : from))
                .then(add(connection, from, -1))
                .then(add(connection, to, 1)));
    }

    private static Mono<Long> lock(Connection connection, long account) {
        return Database.sum(connection
                .createStatement("SELECT balance FROM accounts WHERE id = $1 FOR UPDATE")
                .bind(0, account));
    }

    private static Mono<Long> add(Connection connection, long account, long amount) {
        return update(connection
                .createStatement("UPDATE accounts SET balance = balance + $1 WHERE id = $2")
                .bind(0, amount)
                .bind(1, account));
    }

    Pattern hotAccount() {
        ConnectionFactory pool = servers.primary().pool(16);
        return new Pattern(
                "Payments onto one account that everybody pays to, by 16 callers",
                "a row lock is held for a round trip and a commit: batches share both",
                "payments",
                List.of(
                        Variant.of(
                                "one in a transaction",
                                16,
                                () -> inTransaction(
                                        pool, connection -> lock(connection, 1).then(add(connection, 1, 1)))),
                        Variant.of("one in a statement", 16, () -> with(pool, connection -> add(connection, 1, 1))),
                        Variant.of(
                                        "32 in a transaction",
                                        16,
                                        () -> inTransaction(pool, connection -> lock(connection, 1)
                                                .then(add(connection, 1, 32))))
                                .each(32)));
    }
}
