package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What readers and writers notice when servers die. */
@Tag("container-faults")
@PostgresTest(ownCluster = true)
class NodeFailureIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<Throwable> failedReads = new CopyOnWriteArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private TestDatabase database;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        database.execute("CREATE TABLE IF NOT EXISTS numbers AS SELECT n FROM generate_series(1, 1000) n");
        database.cluster().awaitReplicas(LIMIT);
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().acquireTimeout(Duration.ofSeconds(10));
        database.nodes().forEach(builder::node);
        factory = builder.build();
        eventually("all nodes are up", () -> usable() == 3);
    }

    @AfterEach
    void close() {
        eventually("everything is given back", () -> factory.state().nodes().stream()
                .allMatch(node -> node.pool().acquired() == 0));
        factory.close().block(LIMIT);
    }

    private long usable() {
        return factory.state().nodes().stream()
                .filter(node -> node.state().usable())
                .count();
    }

    @Test
    void noReadFailsWhenAReplicaIsKilledAndItComesBackByItself() {
        ClusterNode victim = database.cluster().replicas().get(0);
        Disposable load = readers(16);
        eventually("reads are flowing", () -> reads.get() > 500);

        victim.kill();
        eventually("the loss is noticed", () -> usable() == 2);
        long before = reads.get();
        eventually("reads go on", () -> reads.get() > before + 500);
        victim.start();
        eventually("the replica is back", () -> usable() == 3);
        long back = reads.get();
        eventually("reads still go on", () -> reads.get() > back + 500);
        load.dispose();

        assertThat(failedReads).isEmpty();
        eventually("the replica that came back is read from", () -> factory.read(c -> Mono.just(c.node()))
                .blockLast(LIMIT)
                .equals(victim.address().name()));
    }

    @Test
    void readsGoOnAndWritesWaitOrFailFastWhileThePrimaryIsDead() {
        Disposable load = readers(8);
        eventually("reads are flowing", () -> reads.get() > 200);
        ClusterNode primary = database.cluster().primary();

        primary.kill();
        long begin = System.nanoTime();
        write().as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).isInstanceOf(R2dbcException.class))
                .verify(LIMIT);
        write().as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AcquireTimeoutException.class)
                        .hasMessageContaining("a primary among")
                        .hasMessageContaining(primary.address().name()))
                .verify(LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(28));
        long before = reads.get();
        eventually("reads go on", () -> reads.get() > before + 200);

        primary.start();
        eventually("writes go on", () -> write().onErrorReturn(-1L).block(LIMIT) == 1);
        load.dispose();
        assertThat(failedReads).isEmpty();
    }

    @Test
    void aWriteThatComesDuringAnOutageWaitsForThePrimary() {
        ClusterNode primary = database.cluster().primary();
        primary.kill();
        eventually("the loss is noticed", () -> factory.state().primary() == null);

        RoutingConnectionFactoryBuilder patient =
                RoutingConnectionFactory.builder().acquireTimeout(Duration.ofSeconds(25));
        database.nodes().forEach(patient::node);
        RoutingConnectionFactory waiting = patient.build();
        Mono<Long> write =
                waiting.write(NodeFailureIntegrationTests::insert).single().cache();
        Disposable running = write.subscribe(rows -> {}, error -> {});
        primary.start();

        assertThat(write.block(LIMIT)).isEqualTo(1);
        assertThat(running.isDisposed()).isTrue();
        waiting.close().block(LIMIT);
    }

    private Disposable readers(int concurrency) {
        return Flux.range(0, concurrency)
                .flatMap(reader -> read().repeat(), concurrency)
                .subscribe(row -> {}, failedReads::add);
    }

    private Mono<Long> read() {
        return factory.<Long>read(connection -> Flux.from(connection
                                .createStatement("SELECT sum(n) FROM numbers WHERE n > $1")
                                .bind(0, 0)
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class))))
                .single()
                .doOnNext(sum -> reads.incrementAndGet())
                .onErrorResume(error -> {
                    failedReads.add(error);
                    return Mono.empty();
                });
    }

    private Mono<Long> write() {
        return factory.<Long>write(NodeFailureIntegrationTests::insert).single();
    }

    private static Mono<Long> insert(Connection connection) {
        return Flux.from(connection
                        .createStatement("INSERT INTO numbers VALUES ($1)")
                        .bind(0, 1)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }
}
