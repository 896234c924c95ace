package io.sluice.routing.races;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.topology.MonitorSettings;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Callers that leave at any moment: while they wait for a connection, or for one to be opened, while a statement runs,
 * between two rows, inside a transaction, while a connection is given back.
 *
 * <p>After each wave of them every connection that was taken has been given back, and those who come next find it as new:
 * they get their own answer, nothing runs or holds a transaction on the server, no transaction has half happened. In the
 * end the servers have as many sessions as the pools say. {@code -Dsluice.test.rounds=...} for more of it,
 * {@code -Dsluice.test.seed=...} for the same choices (not the timing).
 */
@PostgresTest(ownCluster = true)
class CancelRacesIntegrationTests {

    private static final Logger LOG = LoggerFactory.getLogger(CancelRacesIntegrationTests.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final MonitorSettings PATIENT_MONITOR =
            new MonitorSettings(Duration.ofMillis(250), LIMIT, Duration.ofSeconds(2), Duration.ofMillis(2));
    private static final int ROUNDS = Integer.getInteger("sluice.test.rounds", 10_000);
    private static final int WAVE = 50;
    private static final int POOL = 8;
    private static final int WAVES_PER_EVICTION = 5;
    private static final String SESSIONS =
            "SELECT format('%s: %s since %s, %s', pid, state, now() - state_change, query)"
                    + " FROM pg_stat_activity WHERE application_name = 'sluice'";
    private static final String RUNNING = SESSIONS + " AND state <> 'idle' AND query NOT LIKE '%pg_is_in_recovery%'";

    private final long seed =
            Long.getLong("sluice.test.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
    private final AtomicInteger questions = new AtomicInteger();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final Map<String, PostgresqlConnection> observers = new TreeMap<>();
    private TestDatabase database;
    private RoutingConnectionFactory factory;

    /** The driver (1.1.3) does not release the values of a statement whose caller leaves before it was sent. */
    @BeforeAll
    static void withoutLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void withLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @BeforeEach
    void open() {
        LOG.info("-Dsluice.test.seed={}", seed);
        database.execute("CREATE TABLE balances AS SELECT id, 0 AS value FROM generate_series(0, " + (Race.BALANCES - 1)
                + ") id; ALTER TABLE balances ADD PRIMARY KEY (id)");
        database.awaitReplicas();
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().maxSize(POOL).acquireTimeout(Duration.ofSeconds(10));
        for (NodeAddress node : database.nodes()) {
            builder.node(node);
            observers.put(node.name(), observer(node));
        }
        factory = builder.build();
        eventually("all nodes are up", () -> nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() {
        observers.values().forEach(observer -> observer.close().block(LIMIT));
        factory.close().block(LIMIT);
    }

    @Test
    void everyConnectionComesBackAsNew() {
        for (int wave = 0; wave < ROUNDS / WAVE; wave++) {
            race(wave);
            assertThat(failures).as("callers that failed, seed " + seed).isEmpty();
            assertThat(whatTheNextCallersSee())
                    .as("after wave " + wave + ", seed " + seed)
                    .isEmpty();
            if (wave % WAVES_PER_EVICTION == 0) {
                nodes().forEach(node -> factory.admin().evict(node.state().node()));
            }
        }
        observers.forEach((node, observer) -> eventually(
                "the sessions of " + node + " are the pool's idle connections and the monitor's",
                () -> ask(observer, SESSIONS).size() == idle(node) + 1));
    }

    /** On a busy machine nobody is taken for dead, and a connection is not thrown away because the server is slow. */
    private static PoolSettings patient() {
        PoolSettings defaults = PoolSettings.DEFAULTS;
        return new PoolSettings(
                POOL,
                0,
                WAVE,
                LIMIT,
                defaults.maxLifetime(),
                defaults.lifetimeVariance(),
                defaults.maxIdle(),
                defaults.validateAfterIdle(),
                LIMIT,
                defaults.cancelGrace(),
                LIMIT,
                defaults.statementCacheSize(),
                defaults.ioThreads(),
                false);
    }

    private void race(int wave) {
        Flux.range(wave * WAVE, WAVE)
                .flatMap(round -> leave(new Random(seed + round)), WAVE)
                .then()
                .block(LIMIT);
        eventually(
                () -> "every connection is given back, wave " + wave + ", seed " + seed + ": " + nodes(),
                () -> nodes().stream()
                        .allMatch(node ->
                                node.pool().acquired() == 0 && node.pool().pending() == 0));
        observers.forEach((node, observer) -> {
            AtomicReference<List<String>> running = new AtomicReference<>(List.of());
            eventually(() -> node + " works for nobody, but does for " + running.get(), () -> {
                running.set(ask(observer, RUNNING));
                return running.get().isEmpty();
            });
        });
    }

    private Mono<Void> leave(Random random) {
        Race race = Race.values()[random.nextInt(Race.values().length)];
        Flux<?> work = race.run(factory, random).doOnError(error -> failures.add(race + ": " + error));
        Flux<?> left =
                random.nextInt(4) == 0 ? work.take(1 + random.nextInt(300)) : work.takeUntilOther(Race.moment(random));
        return left.onErrorComplete(R2dbcException.class).then();
    }

    /** Asks twice as many questions as there are connections, on each side, and looks whether sums are right. */
    private List<String> whatTheNextCallersSee() {
        Flux<String> wrong = Flux.range(0, 2 * POOL)
                .flatMap(i -> Flux.merge(
                        factory.write(connection -> wrongAnswer(connection)),
                        factory.read(connection -> wrongAnswer(connection))));
        Flux<String> sum = factory.write(connection -> Flux.from(connection
                                .createStatement("SELECT sum(value) FROM balances")
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class))))
                .filter(total -> total != 0)
                .map(total -> "a transaction has half happened: " + total);
        return wrong.concatWith(sum).collectList().block(LIMIT);
    }

    private Mono<String> wrongAnswer(RoutedConnection connection) {
        String question = "question " + questions.incrementAndGet();
        return Flux.from(connection
                        .createStatement("SELECT $1::text")
                        .bind(0, question)
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .single()
                .filter(answer -> !answer.equals(question) || !connection.isAutoCommit())
                .map(answer -> question + " got " + answer + ", autocommit " + connection.isAutoCommit());
    }

    private List<NodeReport> nodes() {
        return factory.state().nodes();
    }

    private long idle(String node) {
        return nodes().stream()
                .filter(report -> report.state().node().equals(node))
                .mapToLong(report -> report.pool().idle())
                .sum();
    }

    private static PostgresqlConnection observer(NodeAddress node) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(node.host())
                        .port(node.port())
                        .database(node.database())
                        .username(node.user())
                        .password(node.password())
                        .applicationName("observer")
                        .build())
                .create()
                .block(LIMIT);
    }

    private static List<String> ask(PostgresqlConnection observer, String sql) {
        return observer.createStatement(sql)
                .execute()
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                .collectList()
                .block(LIMIT);
    }
}
