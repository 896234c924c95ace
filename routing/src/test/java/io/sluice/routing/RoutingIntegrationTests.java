package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireType;
import io.sluice.routing.wire.WireValue;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Where statements go, and what they see there. */
@Tag("containers")
@PostgresTest(ownCluster = true)
class RoutingIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TestDatabase database;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        database.execute("CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY, text text)");
        database.cluster().awaitReplicas(LIMIT);
        connect();
    }

    private void connect() {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder();
        database.nodes().forEach(builder::node);
        factory = builder.build();
        eventually(
                "all nodes are up",
                () -> factory.state().nodes().stream()
                                .filter(node -> node.state().usable())
                                .count()
                        == 3);
    }

    @AfterEach
    void close() {
        database.cluster().replicas().forEach(ClusterNode::resumeReplay);
        assertThat(factory.state().nodes())
                .allSatisfy(node -> assertThat(node.pool().acquired()).isZero());
        factory.close().block(LIMIT);
    }

    @Test
    void writesGoToThePrimaryAndReadsToEveryReplica() {
        assertThat(factory.write(connection -> Mono.just(connection.node())).blockLast(LIMIT))
                .isEqualTo(database.primary().name());

        List<String> readers = Flux.range(0, 20)
                .concatMap(i -> factory.read(connection -> Mono.just(connection.node())))
                .collectList()
                .block(LIMIT);
        Set<String> replicas =
                database.replicas().stream().map(NodeAddress::name).collect(Collectors.toSet());
        assertThat(readers).hasSize(20).allMatch(replicas::contains).containsAll(replicas);
    }

    @Test
    void theContextSaysWhereAPlainConnectionComesFrom() {
        Mono<Boolean> recovering = Mono.usingWhen(
                        factory.create(),
                        connection -> ask(connection, "SELECT pg_is_in_recovery()::text"),
                        Connection::close)
                .map(Boolean::parseBoolean);

        assertThat(recovering.block(LIMIT)).isFalse();
        assertThat(Routing.readOnly(recovering).block(LIMIT)).isTrue();
    }

    @Test
    void aReadWithATokenSeesTheWriteFromTheReplicaThatHasIt() {
        for (int i = 0; i < 30; i++) {
            String text = "token " + i;
            ConsistencyToken token = insert(text).block(LIMIT);
            isSeenWith(token, text);
        }
    }

    @Test
    void aReplicaThatIsBehindByAnUnknownTimeGetsNoReads() {
        database.cluster().replicas().forEach(ClusterNode::pauseReplay);
        insert("unseen").block(LIMIT);
        factory.close().block(LIMIT);
        connect();

        for (int i = 0; i < 10; i++) {
            assertThat(factory.read(connection -> count(connection, "unseen")).blockLast(LIMIT))
                    .isEqualTo(1);
        }
        database.cluster().replicas().forEach(ClusterNode::resumeReplay);
        eventually(
                "a replica that has caught up is read from",
                () -> Boolean.FALSE.equals(factory.read(connection -> Mono.just(connection.primary()))
                        .blockLast(LIMIT)));
    }

    @Test
    void aTokenThatReplicasHaveNotReachedLeadsToThePrimary() {
        database.cluster().replicas().forEach(ClusterNode::pauseReplay);
        ConsistencyToken token = insert("paused").block(LIMIT);

        Mono<String> node = factory.read(
                        connection -> count(connection, "paused").map(n -> connection.node() + n))
                .contextWrite(Routing.token(token))
                .single();
        assertThat(node.block(LIMIT)).isEqualTo(database.primary().name() + 1);

        factory.read(connection -> count(connection, "paused").map(n -> connection.primary() + " " + n))
                .as(StepVerifier::create)
                .expectNext("false 0")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theTokenOfATransactionComesWithItsCommit() {
        ConsistencyToken token = factory.write(connection -> Mono.from(connection.beginTransaction())
                        .then(ask(connection, "SET LOCAL synchronous_commit = off"))
                        .then(insert(connection, "in transaction"))
                        .then(connection.commitAndToken()))
                .single()
                .block(LIMIT);

        isSeenWith(token, "in transaction");
    }

    @Test
    void lastStatementsGoWithTheCommit() {
        ConsistencyToken token = factory.write(connection -> Mono.from(connection.beginTransaction())
                        .then(ask(connection, "SET LOCAL synchronous_commit = off"))
                        .then(connection.commitAndToken("INSERT INTO notes (text) VALUES ('last') RETURNING text")))
                .single()
                .block(LIMIT);

        isSeenWith(token, "last");
    }

    @Test
    void lastStatementsInBinaryGoWithTheCommit() {
        ConsistencyToken token = factory.write(connection -> Mono.from(connection.beginTransaction())
                        .then(ask(connection, "SET LOCAL synchronous_commit = off"))
                        .then(connection.commitAndToken(WireBatch.of(noted("in binary"), noted("twice")))))
                .single()
                .block(LIMIT);

        isSeenWith(token, "in binary");
        isSeenWith(token, "twice");
    }

    @Test
    void lastStatementInBinaryThatFailsIsTheErrorAndLeavesNothing() {
        WireBatch failing = WireBatch.of(noted("half in binary"), Step.of(WireStatement.of("SELECT 1 / 0")));
        factory.write(connection -> Mono.from(connection.beginTransaction()).then(connection.commitAndToken(failing)))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(R2dbcException.class, failed -> assertThat(failed.getSqlState())
                                .isEqualTo("22012")))
                .verify(LIMIT);

        assertThat(database.value("SELECT count(*) FROM notes WHERE text = 'half in binary'"))
                .isEqualTo("0");
    }

    @Test
    void lastStatementThatFailsIsTheErrorAndLeavesNothing() {
        factory.write(connection -> Mono.from(connection.beginTransaction())
                        .then(connection.commitAndToken("INSERT INTO notes (text) VALUES ('half'); SELECT 1 / 0")))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(R2dbcException.class, failed -> assertThat(failed.getSqlState())
                                .isEqualTo("22012")))
                .verify(LIMIT);

        assertThat(database.value("SELECT count(*) FROM notes WHERE text = 'half'"))
                .isEqualTo("0");
    }

    private enum Last {
        BY_ITSELF,
        AS_TEXT,
        IN_BINARY
    }

    @ParameterizedTest(name = "last statement {0}")
    @EnumSource
    void whatIsWrongBehindACommitIsNotTakenForItsRefusal(Last last) {
        String helped = "before the monitor helps " + last;
        String alone = "nobody helps " + last;
        database.execute("CREATE SCHEMA IF NOT EXISTS broken; CREATE OR REPLACE FUNCTION broken.pg_walfile_name(pg_lsn)"
                + " RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'cancelled' USING ERRCODE = '57014'; END $$");
        ConsistencyToken token = committing(helped, last, "SET search_path = broken, pg_catalog, public; SELECT 1")
                .block(LIMIT);
        isSeenWith(token, helped);

        committing(alone, last, "SET search_path = broken, pg_catalog, public; SET synchronous_commit = off; SELECT 1")
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                CommittedWithoutTokenException.class,
                                committed -> assertThat(committed.getSqlState()).isNull()))
                .verify(LIMIT);
        assertThat(database.value("SELECT count(*) FROM notes WHERE text = '" + alone + "'"))
                .isEqualTo("1");
    }

    private void isSeenWith(ConsistencyToken token, String text) {
        factory.read(connection -> count(connection, text))
                .contextWrite(Routing.token(token))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);
    }

    private Mono<ConsistencyToken> committing(String text, Last last, String settings) {
        return factory.write(connection -> ask(connection, settings)
                        .then(Mono.from(connection.beginTransaction()))
                        .then(
                                switch (last) {
                                    case BY_ITSELF -> insert(connection, text).then(connection.commitAndToken());
                                    case AS_TEXT ->
                                        connection.commitAndToken("INSERT INTO notes (text) VALUES ('" + text + "')");
                                    case IN_BINARY -> connection.commitAndToken(WireBatch.of(noted(text)));
                                })
                        .doFinally(end -> connection.discard()))
                .single();
    }

    private static Step noted(String text) {
        return Step.of(
                WireStatement.of("INSERT INTO notes (text) VALUES ($1) RETURNING text", WireType.TEXT),
                WireValue.text(text));
    }

    @Test
    void asynchronousCommitsAreCoveredByTheirTokens() {
        for (int i = 0; i < 20; i++) {
            String text = "async " + i;
            ConsistencyToken token = factory.write(
                            connection -> ask(connection, "SET synchronous_commit = off; SELECT 1")
                                    .then(insert(connection, text))
                                    .then(connection.token())
                                    .flatMap(position -> ask(connection, "RESET synchronous_commit; SELECT 1")
                                            .thenReturn(position)))
                    .single()
                    .block(LIMIT);
            isSeenWith(token, text);
        }
    }

    @ParameterizedTest(name = "last statement {0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BY_ITSELF")
    void aSessionThatCommitsInItsOwnWaySinceItsLastStatementsGivesItsTokensItself(Last last) {
        String setting = "SET synchronous_commit = off";
        String brokenLater = "SET search_path = broken, pg_catalog, public; SELECT 1";
        database.execute("CREATE SCHEMA IF NOT EXISTS broken; CREATE OR REPLACE FUNCTION broken.pg_walfile_name(pg_lsn)"
                + " RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'cancelled' USING ERRCODE = '57014'; END $$");
        factory.write(connection -> Mono.from(connection.beginTransaction())
                        .then(
                                last == Last.AS_TEXT
                                        ? connection.commitAndToken(setting)
                                        : connection.commitAndToken(WireBatch.of(Step.of(WireStatement.of(setting)))))
                        .then(ask(connection, brokenLater))
                        .then(connection.token())
                        .doFinally(end -> connection.discard()))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(R2dbcException.class, own -> assertThat(own.getSqlState())
                                .isEqualTo("57014")))
                .verify(LIMIT);
    }

    @Test
    void reportsLagWhileReplayIsPaused() {
        ClusterNode paused = database.cluster().replicas().get(0);
        String name = paused.address().name();
        paused.pauseReplay();
        insert("lag").block(LIMIT);

        eventually("the paused replica is behind in bytes and in time", () -> factory.state().nodes().stream()
                .map(RoutingState.NodeReport::state)
                .filter(node -> node.node().equals(name))
                .anyMatch(node ->
                        node.lagBytes() > 0 && node.lag() != null && node.lag().toMillis() > 200));
        paused.resumeReplay();
        eventually("it has caught up", () -> factory.state().nodes().stream()
                .map(RoutingState.NodeReport::state)
                .filter(node -> node.node().equals(name))
                .anyMatch(node -> node.lagBytes() == 0 && Duration.ZERO.equals(node.lag())));
    }

    private Mono<ConsistencyToken> insert(String text) {
        return factory.write(connection -> insert(connection, text).then(connection.token()))
                .single();
    }

    private static Mono<Long> insert(Connection connection, String text) {
        return Flux.from(connection
                        .createStatement("INSERT INTO notes (text) VALUES ($1)")
                        .bind(0, text)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }

    private static Mono<Long> count(Connection connection, String text) {
        return Flux.from(connection
                        .createStatement("SELECT count(*) FROM notes WHERE text = $1")
                        .bind(0, text)
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .single();
    }

    private static Mono<String> ask(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map((row, metadata) -> String.valueOf(row.get(0))))
                .singleOrEmpty();
    }
}
