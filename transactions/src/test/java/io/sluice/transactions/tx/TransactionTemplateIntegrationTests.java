package io.sluice.transactions.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@PostgresTest
class TransactionTemplateIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TxSpec SPEC = TxSpec.DEFAULT.withDeadline(Duration.ofSeconds(40));

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private final List<TxEvent> events = new CopyOnWriteArrayList<>();
    private TransactionTemplate transactions;

    @BeforeEach
    void connect() {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL);"
                + " INSERT INTO t VALUES (1, 0), (2, 0)");
        connections = RoutingConnectionFactory.builder()
                .node(database.primary())
                .maxSize(4)
                .build();
        transactions = new TransactionTemplate(connections, events::add, Schedulers.parallel());
    }

    @AfterEach
    void close() {
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void limitsReachTheServerAndEndWithTheTransaction() {
        TxSpec spec = SPEC.withLockTimeout(Duration.ofMillis(1234)).withStatementTimeout(Duration.ofMillis(5678));
        String settings = "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout')";

        transactions
                .execute(spec, connection -> value(connection, settings))
                .as(StepVerifier::create)
                .expectNext("1234ms 5678ms")
                .expectComplete()
                .verify(LIMIT);
        connections
                .write(connection -> value(connection, settings))
                .as(StepVerifier::create)
                .expectNext("0 0")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void isolationAndReadOnlyReachTheServer() {
        transactions
                .execute(
                        SPEC.withIsolation(Isolation.SERIALIZABLE).withReadOnly(true),
                        connection -> value(
                                connection,
                                "SELECT current_setting('transaction_isolation') || ' '"
                                        + " || current_setting('transaction_read_only')"))
                .as(StepVerifier::create)
                .expectNext("serializable on")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void errorRollsBack() {
        transactions
                .execute(SPEC, connection -> run(connection, "UPDATE t SET v = 7 WHERE id = 1")
                        .then(Mono.error(new IllegalStateException("no"))))
                .as(StepVerifier::create)
                .expectErrorMessage("no")
                .verify(LIMIT);

        assertThat(database.value("SELECT v FROM t WHERE id = 1")).isEqualTo("0");
    }

    @Test
    void statementTimeoutEndsTheStatementOnTheServer() {
        transactions
                .execute(
                        SPEC.withStatementTimeout(Duration.ofMillis(200)),
                        connection -> run(connection, "SELECT pg_sleep(30)"))
                .as(StepVerifier::create)
                .expectErrorMatches(error -> SqlStateClass.of(error) == SqlStateClass.CANCELLED)
                .verify(LIMIT);
    }

    @Test
    void deadlineEndsTheTransactionOnTheServer() {
        transactions
                .execute(
                        SPEC.withDeadline(Duration.ofMillis(500)).withStatementTimeout(Duration.ofSeconds(30)),
                        connection -> Flux.range(0, 100)
                                .concatMap(i -> run(connection, "SELECT pg_sleep(0.05)"))
                                .then())
                .as(StepVerifier::create)
                .expectError()
                .verify(LIMIT);

        noSessionIsLeftInATransaction();
    }

    @Test
    void cancelledWorkIsCancelledOnTheServerAndRolledBack() {
        transactions
                .execute(SPEC.withStatementTimeout(Duration.ofSeconds(30)), connection -> run(
                                connection, "UPDATE t SET v = 9 WHERE id = 1")
                        .then(run(connection, "SELECT pg_sleep(30)")))
                .as(StepVerifier::create)
                .thenAwait(Duration.ofMillis(500))
                .thenCancel()
                .verify(LIMIT);

        noSessionIsLeftInATransaction();
        assertThat(database.value("SELECT v FROM t WHERE id = 1")).isEqualTo("0");
    }

    private void noSessionIsLeftInATransaction() {
        Flux.interval(Duration.ofMillis(50), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .map(tick ->
                        String.valueOf(database.value("SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT"
                                + " NULL AND datname = current_database() AND pid <> pg_backend_pid()")))
                .filter("0"::equals)
                .next()
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void writersThatCollideAreRetriedUntilEachIsDone() {
        TxSpec spec = SPEC.withIsolation(Isolation.SERIALIZABLE)
                .withRetry(RetryPolicy.of(200, Duration.ofMillis(2), Duration.ofMillis(50)));

        Flux.range(0, 4)
                .flatMap(writer -> Flux.range(0, 10).concatMap(i -> transactions.execute(spec, this::increment)))
                .as(StepVerifier::create)
                .expectNextCount(40)
                .expectComplete()
                .verify(LIMIT);

        assertThat(database.value("SELECT v FROM t WHERE id = 1")).isEqualTo("40");
        assertThat(events)
                .anyMatch(event ->
                        event instanceof TxEvent.Retried retried && retried.reason() == SqlStateClass.SERIALIZATION);
    }

    private Mono<Integer> increment(RoutedConnection connection) {
        return value(connection, "SELECT v FROM t WHERE id = 1")
                .map(value -> Integer.parseInt(value) + 1)
                .flatMap(next -> run(connection, "UPDATE t SET v = " + next + " WHERE id = 1")
                        .thenReturn(next));
    }

    @Test
    void deadlockIsRetriedAndCounted() {
        Mono<Integer> oneThenTwo = transactions.execute(SPEC, connection -> touch(connection, 1, 2));
        Mono<Integer> twoThenOne = transactions.execute(SPEC, connection -> touch(connection, 2, 1));

        Flux.merge(oneThenTwo, twoThenOne)
                .as(StepVerifier::create)
                .expectNextCount(2)
                .expectComplete()
                .verify(LIMIT);

        assertThat(events).contains(new TxEvent.Retried(SqlStateClass.DEADLOCK, 1));
    }

    private Mono<Integer> touch(RoutedConnection connection, int first, int second) {
        return run(connection, "UPDATE t SET v = v + 1 WHERE id = " + first)
                .then(run(connection, "SELECT pg_sleep(0.5)"))
                .then(run(connection, "UPDATE t SET v = v + 1 WHERE id = " + second))
                .thenReturn(1);
    }

    @Test
    void permanentErrorIsNotRetried() {
        AtomicInteger runs = new AtomicInteger();

        transactions
                .execute(SPEC, connection -> {
                    runs.incrementAndGet();
                    return run(connection, "INSERT INTO t VALUES (1, 1)");
                })
                .as(StepVerifier::create)
                .expectErrorMatches(
                        error -> ((R2dbcException) error).getSqlState().equals("23505"))
                .verify(LIMIT);

        assertThat(runs).hasValue(1);
    }

    @Test
    void nestedCallJoinsAndAStrongerOneIsRefused() {
        transactions
                .execute(SPEC, outer -> run(outer, "UPDATE t SET v = 5 WHERE id = 1")
                        .then(transactions.execute(SPEC, inner -> value(inner, "SELECT v FROM t WHERE id = 1"))))
                .as(StepVerifier::create)
                .expectNext("5")
                .expectComplete()
                .verify(LIMIT);
        transactions
                .execute(
                        SPEC,
                        outer -> transactions.execute(
                                SPEC.withIsolation(Isolation.SERIALIZABLE), inner -> value(inner, "SELECT 1::text")))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NestedTransactionException.class)
                        .hasMessageContaining("SERIALIZABLE"))
                .verify(LIMIT);
        transactions
                .execute(
                        SPEC.withReadOnly(true),
                        outer -> transactions.execute(SPEC, inner -> value(inner, "SELECT 1::text")))
                .as(StepVerifier::create)
                .expectError(NestedTransactionException.class)
                .verify(LIMIT);
    }

    @Test
    void savepointUndoesOnlyItsPart() {
        transactions
                .execute(SPEC, connection -> run(connection, "UPDATE t SET v = 1 WHERE id = 1")
                        .then(transactions
                                .savepoint(open -> run(open, "UPDATE t SET v = 1 WHERE id = 2")
                                        .then(run(open, "INSERT INTO t VALUES (1, 1)")))
                                .then()
                                .onErrorComplete()))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(database.value("SELECT string_agg(v::text, ' ' ORDER BY id) FROM t"))
                .isEqualTo("1 0");
    }

    @Test
    void savepointOutsideATransactionIsRefused() {
        transactions
                .savepoint(connection -> run(connection, "SELECT 1"))
                .as(StepVerifier::create)
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
    }

    @Test
    void commitCutOffIsAnUnknownOutcomeThatTheServerSettles() {
        database.execute("CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;"
                + "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE"
                + " FUNCTION slow()");

        UnknownOutcomeException unknown = unknownOutcome();

        assertThat(unknown.transactionId()).isNotNull();
        transactions
                .settle(unknown)
                .filter(status -> status != CommitStatus.IN_PROGRESS)
                .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(50)))
                .as(StepVerifier::create)
                .expectNext(CommitStatus.ABORTED)
                .expectComplete()
                .verify(LIMIT);
        assertThat(database.value("SELECT v FROM t WHERE id = 1")).isEqualTo("0");
        assertThat(events).anyMatch(TxEvent.OutcomeUnknown.class::isInstance);
    }

    /** Kills the session while its COMMIT runs: the deferred trigger makes it slow. */
    private UnknownOutcomeException unknownOutcome() {
        UnknownOutcomeException[] caught = new UnknownOutcomeException[1];
        Mono<Void> killer = Flux.interval(Duration.ofMillis(50), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .map(tick -> database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state ="
                        + " 'active' AND query = 'COMMIT' AND datname = current_database()"))
                .filter(killed -> !killed.isEmpty())
                .next()
                .then();
        Mono.zipDelayError(
                        transactions
                                .execute(SPEC, connection -> run(connection, "UPDATE t SET v = 3 WHERE id = 1"))
                                .thenReturn(1),
                        killer.thenReturn(1))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> caught[0] = (UnknownOutcomeException) error)
                .verify(LIMIT);
        return caught[0];
    }

    @Test
    void settleKnowsACommittedTransaction() {
        String id = transactions
                .execute(SPEC, connection -> value(connection, "SELECT pg_current_xact_id()::text"))
                .blockOptional(LIMIT)
                .orElseThrow();

        transactions
                .settle(new UnknownOutcomeException(database.primary().name(), id, new IllegalStateException()))
                .as(StepVerifier::create)
                .expectNext(CommitStatus.COMMITTED)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void limitsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> SPEC.withLockTimeout(Duration.ZERO)).hasMessageContaining("lockTimeout", "PT0S");
        assertThatThrownBy(() -> RetryPolicy.of(0, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("was 0");
    }

    private static Mono<Void> run(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private static Mono<String> value(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result ->
                        result.map(row -> Objects.requireNonNull(row.get(0)).toString()))
                .single();
    }
}
