package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.observe.RoutingEvent.LeaseLeaked;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Maintenance while the router runs, and what reads may ask for. */
@PostgresTest(replicas = 2)
class RoutingAdminIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TestDatabase database;
    private RoutingConnectionFactory factory;
    private String primary;
    private List<String> replicas;

    @BeforeEach
    void open() {
        PoolSettings recording = PoolSettings.DEFAULTS.withMaxSize(4).withRecordedLeases();
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .pool(recording)
                .leakAfter(Duration.ofSeconds(1))
                .acquireTimeout(Duration.ofSeconds(2));
        database.nodes().forEach(builder::node);
        factory = builder.build();
        primary = database.primary().name();
        replicas = database.replicas().stream().map(NodeAddress::name).toList();
        eventually("all nodes are up", () -> factory.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() {
        factory.close().block(LIMIT);
    }

    @Test
    void aDrainedReplicaGetsNothingNewUntilItIsResumed() {
        factory.admin().drain(replicas.get(0)).block(LIMIT);
        assertThat(readers()).containsExactly(replicas.get(1));

        factory.admin().resume(replicas.get(0));
        eventually("it is read from again", () -> readers().contains(replicas.get(0)));
    }

    @Test
    void drainingEndsWhenTheLastConnectionIsBack() {
        RoutedConnection out = factory.create().block(LIMIT);
        Mono<Void> drained = factory.admin().drain(primary).cache();
        drained.subscribe(nothing -> {}, error -> {});
        StepVerifier.create(drained).expectTimeout(Duration.ofMillis(300)).verify();

        Mono.from(out.close()).block(LIMIT);
        drained.block(LIMIT);
        factory.create()
                .as(StepVerifier::create)
                .expectError(AcquireTimeoutException.class)
                .verify(LIMIT);
        Mono<RoutedConnection> waiting = factory.create().doOnSubscribe(s -> Mono.delay(Duration.ofMillis(200))
                .subscribe(tick -> factory.admin().resume(primary), error -> {}));
        Mono.from(waiting.block(LIMIT).close()).block(LIMIT);
    }

    @Test
    void evictedConnectionsAreReplaced() {
        String before = backend();
        assertThat(backend()).isEqualTo(before);
        factory.admin().evict(primary);
        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void aPoolGrowsWhenItIsResized() {
        factory.admin().resize(primary, 0, 1);
        RoutedConnection first = factory.create().block(LIMIT);
        factory.create()
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AcquireTimeoutException.class)
                        .hasMessageContaining("acquired=1, idle=0, pending=")
                        .hasMessageContaining("max=1, oldest lease"))
                .verify(LIMIT);

        factory.admin().resize(primary, 0, 2);
        RoutedConnection second = factory.create().block(LIMIT);
        Flux.concat(first.close(), second.close()).blockLast(LIMIT);
    }

    @Test
    void idleConnectionsAreKeptWhenNobodyNeedsThem() {
        factory.admin().resize(replicas.get(0), 3, 4);
        eventually("three idle connections", () -> factory.state().nodes().stream()
                .anyMatch(node -> node.state().node().equals(replicas.get(0))
                        && node.pool().idle() == 3));
    }

    @Test
    void nodesComeAndGoWhileTheRouterRuns() {
        List<NodeAddress> fewer =
                List.of(database.primary(), database.replicas().get(0));
        factory.admin().reload(fewer).block(LIMIT);
        assertThat(factory.state().nodes()).hasSize(2);
        assertThat(readers()).containsExactly(replicas.get(0));

        factory.admin().reload(database.nodes()).block(LIMIT);
        eventually("the replica is read from again", () -> readers().contains(replicas.get(1)));
    }

    @Test
    void aLeaseThatIsOutForTooLongIsReportedWithItsTaker() {
        Mono<LeaseLeaked> report =
                factory.events().ofType(LeaseLeaked.class).next().cache();
        report.subscribe(leak -> {}, error -> {});
        RoutedConnection out = factory.create().block(LIMIT);

        LeaseLeaked leak = report.block(LIMIT);
        assertThat(leak.node()).isEqualTo(primary);
        assertThat(leak.takenAt()).contains("RoutingAdminIntegrationTests");
        Mono.from(out.close()).block(LIMIT);
    }

    @Test
    void strongReadsComeFromThePrimaryAndBoundedOnesWhereTheyCanBeProven() {
        Mono<String> node =
                factory.read(connection -> Mono.just(connection.node())).single();

        assertThat(node.contextWrite(Routing.consistency(ConsistencyLevel.STRONG))
                        .block(LIMIT))
                .isEqualTo(primary);
        assertThat(node.contextWrite(Routing.consistency(ConsistencyLevel.bounded(Duration.ZERO)))
                        .block(LIMIT))
                .isEqualTo(primary);
        eventually(
                "a replica proves to be fresh",
                () -> replicas.contains(
                        node.contextWrite(Routing.consistency(ConsistencyLevel.bounded(Duration.ofSeconds(20))))
                                .block(LIMIT)));
        assertThat(node.contextWrite(Routing.node(replicas.get(1))).block(LIMIT))
                .isEqualTo(replicas.get(1));
    }

    @Test
    void anUnknownNodeIsNamedTogetherWithTheKnownOnes() {
        assertThatThrownBy(() -> factory.admin().evict("elsewhere:1"))
                .hasMessageContaining("elsewhere:1")
                .hasMessageContaining(primary);
    }

    private Set<String> readers() {
        return Flux.range(0, 20)
                .concatMap(i -> factory.read(connection -> Mono.just(connection.node())))
                .toStream()
                .collect(Collectors.toSet());
    }

    private String backend() {
        return Mono.usingWhen(
                        factory.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT pg_backend_pid()::text")
                                        .execute())
                                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                                .single(),
                        Connection::close)
                .block(LIMIT);
    }
}
