package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.micrometer.RoutingMetrics;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.resilience.HedgeSettings;
import io.sluice.routing.topology.MonitorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Reads whose node is slow, while the monitors are too patient to notice. */
@PostgresTest(ownCluster = true)
class HedgedReadsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int READS = 8;

    private final List<RoutingEvent> events = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestDatabase database;
    private ClusterNode slow;
    private RoutingConnectionFactory factory;
    private Disposable listening;

    private void open(HedgeSettings hedging) {
        slow = database.cluster().replicas().get(0);
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .hedging(hedging)
                // A better one would soon keep away from the slow node.
                .balancer(LoadBalancer.roundRobin())
                .acquireTimeout(LIMIT)
                .pool(patient())
                .monitor(new MonitorSettings(
                        Duration.ofMillis(250), LIMIT, Duration.ofSeconds(2), Duration.ofMillis(2)));
        database.nodes().forEach(builder::node);
        factory = builder.build();
        listening = factory.events().subscribe(events::add, error -> {});
        new RoutingMetrics(factory).bindTo(meters);
        eventually("all nodes are up", () -> factory.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
        eventually("both replicas have connections", () -> warm().size() == 2);
    }

    /** A cancelled statement may take its time on a busy machine. */
    private static PoolSettings patient() {
        PoolSettings pool = PoolSettings.DEFAULTS;
        return new PoolSettings(
                pool.maxSize(),
                pool.minIdle(),
                pool.maxPending(),
                LIMIT,
                pool.maxLifetime(),
                pool.lifetimeVariance(),
                pool.maxIdle(),
                pool.validateAfterIdle(),
                LIMIT,
                pool.cancelGrace(),
                LIMIT,
                pool.statementCacheSize(),
                pool.ioThreads(),
                pool.recordLeases());
    }

    private Set<String> warm() {
        return Flux.range(0, 8)
                .flatMap(i -> factory.read(
                        connection -> run(connection, "SELECT pg_sleep(0.02)").then(Mono.just(connection.node()))))
                .collect(Collectors.toSet())
                .block(LIMIT);
    }

    @AfterEach
    void nothingIsLeft() {
        slow.resume();
        eventually("everything is given back", () -> factory.state().nodes().stream()
                .allMatch(node -> node.pool().acquired() == 0));
        for (ClusterNode node : database.cluster().nodes()) {
            eventually("no statement runs on " + node.name(), () -> busy(node).isEmpty());
        }
        listening.dispose();
        factory.close().block(LIMIT);
    }

    @Test
    void aReplicaThatHangsIsAnsweredForByAnother() {
        open(HedgeSettings.after(Duration.ofMillis(200)).withBudget(1, 100));
        slow.hang();
        // Opening connections may have been slow, too.
        events.clear();
        double wonBefore = count(RoutingMeters.READ_HEDGES_WON);

        Set<String> answered = Flux.range(0, READS)
                .flatMap(i -> factory.read(connection ->
                        run(connection, "SELECT 1 WHERE $1::int = 1").then(Mono.just(connection.node()))))
                .collect(Collectors.toSet())
                .block(LIMIT);

        assertThat(answered).isNotEmpty().doesNotContain(name());
        assertThat(won()).isNotEmpty().allSatisfy(event -> assertThat(event.node())
                .isEqualTo(name()));
        assertThat(count(RoutingMeters.READ_HEDGES_WON) - wonBefore).isEqualTo(won().size());
        assertThat(count(RoutingMeters.READ_HEDGES)).isGreaterThanOrEqualTo(won().size());
    }

    @Test
    void theLoserIsCancelledOnItsServerAndItsConnectionIsKept() {
        open(HedgeSettings.after(Duration.ofMillis(200)).withBudget(1, 100));
        events.clear();

        List<String> answered = Flux.range(0, READS)
                .concatMap(i -> factory.read(connection -> run(
                                connection,
                                "SELECT CASE WHEN inet_server_port() = "
                                        + slow.address().port() + " THEN pg_sleep(3600) END WHERE $1::int = 1")
                        .then(Mono.just(connection.node()))))
                .collectList()
                .block(LIMIT);

        assertThat(answered).hasSize(READS).doesNotContain(name());
        assertThat(won()).isNotEmpty();
        eventually("the server was told", () -> busy(slow).isEmpty());
        assertThat(events).noneMatch(event -> event instanceof RoutingEvent.ConnectionDiscarded);
    }

    @Test
    void withoutABudgetASlowReadStaysWhereItIs() {
        open(HedgeSettings.after(Duration.ofMillis(10)).withBudget(0, 1));
        String sleep = "SELECT pg_sleep(0.3) WHERE $1::int = 1";
        for (int i = 0; i < 3; i++) {
            factory.read(connection -> run(connection, sleep)).blockLast(LIMIT);
        }

        assertThat(events.stream().filter(RoutingEvent.ReadHedged.class::isInstance))
                .hasSize(1);
    }

    @Test
    void whoLeavesIsWaitedForByNobody() {
        open(HedgeSettings.after(Duration.ofMillis(50)).withBudget(1, 100));
        StepVerifier.create(factory.read(connection -> run(connection, "SELECT pg_sleep(3600) WHERE $1::int = 1")))
                .expectSubscription()
                .then(() -> eventually(
                        "two nodes are asked",
                        () -> database.cluster().nodes().stream()
                                        .filter(node -> !busy(node).isEmpty())
                                        .count()
                                == 2))
                .thenCancel()
                .verify(LIMIT);
    }

    private static Mono<Void> run(RoutedConnection connection, String sql) {
        return Flux.from(
                        sql.contains("$1")
                                ? connection.createStatement(sql).bind(0, 1).execute()
                                : connection.createStatement(sql).execute())
                .flatMap(result -> result.map((row, metadata) -> "row"))
                .then();
    }

    private String name() {
        return slow.address().name();
    }

    private List<RoutingEvent> won() {
        return events.stream().filter(RoutingEvent.HedgeWon.class::isInstance).toList();
    }

    private double count(RoutingMeters meter) {
        return meters.find(meter.meterName()).tag("node", name()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static List<List<String>> busy(ClusterNode node) {
        return node.query("SELECT query FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE '%$1::int%'"
                + " AND pid <> pg_backend_pid()");
    }
}
