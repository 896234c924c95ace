package io.sluice.routing.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.AccessIntent;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.embedded.EmbeddedCluster;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Taking an open connection of a real server and giving it back: through a bare r2dbc-pool, and routed. Nothing is sent to
 * a server, so the difference is what routing costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class AcquireBenchmarks {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 16;

    private EmbeddedCluster cluster;
    private ConnectionPool bare;
    private RoutingConnectionFactory routing;
    private Mono<Void> bareCycle;
    private Mono<Void> primaryCycle;
    private Mono<Void> replicaCycle;
    private Mono<Void> sessionCycle;

    @Setup
    public void open() {
        cluster = EmbeddedCluster.builder().replicas(2).start();
        NodeAddress primary = cluster.primary().address();
        bare = new ConnectionPool(ConnectionPoolConfiguration.builder(driver(primary))
                .initialSize(0)
                .maxSize(CONNECTIONS)
                .build());
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().maxSize(CONNECTIONS).slowStart(Duration.ZERO);
        cluster.addresses().forEach(builder::node);
        routing = builder.build();
        ConsistencyToken token = routing.write(RoutedConnection::token).blockLast(LIMIT);
        bareCycle = cycle(bare);
        primaryCycle = cycle(routing);
        replicaCycle = primaryCycle.contextWrite(Routing.intent(AccessIntent.READ_ONLY));
        Function<Context, Context> session = Routing.token(token);
        sessionCycle = replicaCycle.contextWrite(session);
        awaitReplicas();
    }

    private static ConnectionFactory driver(NodeAddress address) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .database(address.database())
                .username(address.user())
                .password(address.password())
                .build());
    }

    private static Mono<Void> cycle(ConnectionFactory factory) {
        return Mono.usingWhen(factory.create(), connection -> Mono.empty(), Connection::close);
    }

    /** Measures nothing before reads really go to replicas. */
    private void awaitReplicas() {
        Mono<Boolean> primary =
                routing.read(connection -> Mono.just(connection.primary())).single();
        primary.repeat().takeUntil(onPrimary -> !onPrimary).blockLast(LIMIT);
    }

    @TearDown
    public void close() {
        routing.close().then(bare.disposeLater()).block(LIMIT);
        cluster.close();
    }

    @Benchmark
    public void bareR2dbcPool() {
        bareCycle.block();
    }

    @Benchmark
    public void routedToPrimary() {
        primaryCycle.block();
    }

    @Benchmark
    public void routedToOneOfTwoReplicas() {
        replicaCycle.block();
    }

    @Benchmark
    public void routedToAReplicaThatCoversAToken() {
        sessionCycle.block();
    }
}
