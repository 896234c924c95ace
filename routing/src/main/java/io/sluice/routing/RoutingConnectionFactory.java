package io.sluice.routing;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.resilience.BreakerSettings;
import io.sluice.routing.resilience.HedgeSettings;
import io.sluice.routing.resilience.Hedging;
import io.sluice.routing.resilience.RetryBudget;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.MonitorSettings;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import io.sluice.routing.topology.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Hands out pooled connections to the node that fits what the Reactor Context says ({@link Routing}): the primary by
 * default, a fit replica for reads.
 *
 * <p>Which node is what is found out, and found out again after a failover. Close it when it is not needed any more.
 */
public final class RoutingConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory>, Closeable {

    private final Nodes nodes;
    private final Reads reads;

    private RoutingConnectionFactory(RoutingConfiguration configuration) {
        this.nodes = new Nodes(configuration);
        this.reads = new Reads(
                nodes,
                new RetryBudget(configuration.retryShare(), configuration.retryFloor()),
                new Hedging(configuration.hedging()));
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * A connection that fits the Context. The caller closes it; cancelling before it is emitted gives up the place in
     * the queue, and a connection that was on its way goes back to its pool.
     *
     * <p>Fails with a {@link RoutingException} where none can be had in time. Then nothing was sent to a server.
     */
    @Override
    public Mono<RoutedConnection> create() {
        return Mono.deferContextual(context -> nodes.acquire(Routing.request(context)));
    }

    /**
     * Runs {@code work} on a connection for reading: from a fit replica, or the primary where none is fit. The
     * connection goes back when the result ends, fails or is cancelled; a cancelled query is cancelled on the server.
     *
     * <p>Where the node fails before the first element, the work is done once more on another node, so it must be
     * harmless to repeat; with {@code hedging} it may also run on two nodes at once. Take {@code single()} rather than {@code next()} of a result of one row: {@code next()}
     * cancels.
     */
    public <T> Flux<T> read(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return reads.read(work);
    }

    /**
     * Runs {@code work} on a connection to the primary and gives the connection back when the result ends, fails or is
     * cancelled. It is never repeated.
     */
    public <T> Flux<T> write(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return Flux.<T, RoutedConnection>usingWhen(create(), work, RoutedConnection::close)
                .contextWrite(Routing.intent(AccessIntent.READ_WRITE));
    }

    /** What is known of the nodes and their pools now. Costs no I/O. */
    public RoutingState state() {
        ClusterState cluster = nodes.cluster().state();
        List<NodeReport> reports = new ArrayList<>();
        for (NodeState state : cluster.nodes()) {
            Node node = nodes.byName().get(state.node());
            if (node != null) {
                reports.add(new NodeReport(state, node.pool().state()));
            }
        }
        NodeState primary = cluster.primary();
        return new RoutingState(reports, primary == null ? null : primary.node(), cluster.timeline());
    }

    /** What happens to the nodes from now on; a subscriber that is too slow misses some. */
    public Flux<RoutingEvent> events() {
        return nodes.events().flux();
    }

    /** Draining, evicting, resizing, reloading. */
    public RoutingAdmin admin() {
        return new RoutingAdmin(nodes);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "PostgreSQL";
    }

    /**
     * The driver's own factory for the primary, for the first node while none is known. Its connections go past
     * everything that this class does.
     */
    @Override
    public ConnectionFactory unwrap() {
        return nodes.driver();
    }

    /** This factory or the driver's own, whichever is a {@code targetClass}; null where neither is. */
    @Override
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        if (targetClass.isInstance(this)) {
            return targetClass.cast(this);
        }
        ConnectionFactory driver = unwrap();
        return targetClass.isInstance(driver) ? targetClass.cast(driver) : null;
    }

    /** Closes every pool; connections that are out are closed when they come back. */
    @Override
    public Mono<Void> close() {
        return nodes.close();
    }

    /** Settings, each with its default. */
    public static final class Builder {

        private final List<NodeAddress> nodes = new ArrayList<>();
        private PoolSettings pool = PoolSettings.DEFAULTS;
        private MonitorSettings monitor = MonitorSettings.DEFAULTS;
        private Duration acquireTimeout = Duration.ofSeconds(3);
        private Duration tokenWait = Duration.ofMillis(50);
        private Duration maxLag = Duration.ofSeconds(30);
        private Duration preferredLag = Duration.ofSeconds(1);
        private NoFitReplica noFitReplica = NoFitReplica.PRIMARY;
        private String zone = "";
        private final Map<String, NodeHints> hints = new HashMap<>();
        private Duration slowStart = Duration.ofSeconds(30);
        private BreakerSettings breaker = BreakerSettings.DEFAULTS;
        private Duration leakAfter = Duration.ofSeconds(60);
        private int maxWaitingForPrimary = 1024;
        private double retryShare = 0.1;
        private int retryFloor = 64;
        private HedgeSettings hedging = HedgeSettings.OFF;
        private boolean asyncCommit;
        private LoadBalancer balancer = LoadBalancer.peakEwma();
        private RoutingObserver observer = RoutingObserver.NONE;
        private HostResolver resolver = HostResolver.SYSTEM;
        private Duration resolveInterval = Duration.ofSeconds(5);
        private UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver = UnaryOperator.identity();

        private Builder() {}

        /** A server of the cluster; call once for each. Its role is found out. */
        public Builder node(NodeAddress address) {
            nodes.add(address);
            return this;
        }

        /** A server of the cluster with what it cannot say about itself. */
        public Builder node(NodeAddress address, NodeHints hints) {
            this.hints.put(address.name(), hints);
            return node(address);
        }

        /** Where this process stands: replicas of the same zone are read first. Empty, which is the default, for anywhere. */
        public Builder zone(String zone) {
            this.zone = zone;
            return this;
        }

        /** What becomes of a read when no replica is fit, {@link NoFitReplica#PRIMARY} by default. */
        public Builder noFitReplica(NoFitReplica noFitReplica) {
            this.noFitReplica = noFitReplica;
            return this;
        }

        /** How long a node that has come back is eased in, 30 s by default, zero for not at all. */
        public Builder slowStart(Duration slowStart) {
            this.slowStart = slowStart;
            return this;
        }

        /** When a node that fails its callers is left alone for a while. */
        public Builder breaker(BreakerSettings breaker) {
            this.breaker = breaker;
            return this;
        }

        /**
         * A connection that is out for longer is reported as an event, 60 s by default, zero for never. With
         * {@link PoolSettings#recordLeases()} the report says who took it.
         */
        public Builder leakAfter(Duration leakAfter) {
            this.leakAfter = leakAfter;
            return this;
        }

        /** Most connections to each node, 16 by default; four times as many callers may wait for one. */
        public Builder maxSize(int maxSize) {
            this.pool = pool.withMaxSize(maxSize);
            return this;
        }

        /** All settings of the pools at once. */
        public Builder pool(PoolSettings pool) {
            this.pool = pool;
            return this;
        }

        /** How nodes are watched. */
        public Builder monitor(MonitorSettings monitor) {
            this.monitor = monitor;
            return this;
        }

        /** How long a caller waits for a connection in all, other nodes and a failover included, 3 s by default. */
        public Builder acquireTimeout(Duration acquireTimeout) {
            this.acquireTimeout = acquireTimeout;
            return this;
        }

        /** How long a read waits for a replica to reach its token before it goes to the primary, 50 ms by default. */
        public Builder tokenWait(Duration tokenWait) {
            this.tokenWait = tokenWait;
            return this;
        }

        /** A replica further behind gets no reads while another node can take them, 30 s by default. */
        public Builder maxLag(Duration maxLag) {
            this.maxLag = maxLag;
            return this;
        }

        /** Replicas closer than this are preferred where there are any, 1 s by default. */
        public Builder preferredLag(Duration preferredLag) {
            this.preferredLag = preferredLag;
            return this;
        }

        /** How many callers may wait for a primary (or for any node) during an outage, 1,024 by default. */
        public Builder maxWaitingForPrimary(int maxWaitingForPrimary) {
            this.maxWaitingForPrimary = maxWaitingForPrimary;
            return this;
        }

        /** Share of reads that may be tried again on another node, 0.1 by default, and how many after a quiet time, 64. */
        public Builder retries(double share, int floor) {
            this.retryShare = share;
            this.retryFloor = floor;
            return this;
        }

        /**
         * Reads that bring nothing for a while are asked of a second node as well, {@link HedgeSettings#OFF} by default.
         * Only {@link RoutingConnectionFactory#read} does so: of a plain connection nobody can tell what is a read.
         */
        public Builder hedging(HedgeSettings hedging) {
            this.hedging = hedging;
            return this;
        }

        /** Tokens cover commits made with {@code synchronous_commit = off} in whatever way it was set; off by default. */
        public Builder asyncCommit(boolean asyncCommit) {
            this.asyncCommit = asyncCommit;
            return this;
        }

        /** Chooses among fit replicas, {@link LoadBalancer#peakEwma()} by default. */
        public Builder balancer(LoadBalancer balancer) {
            this.balancer = balancer;
            return this;
        }

        /** Times and traces what callers wait for, nothing by default; package {@code micrometer} has one. */
        public Builder observer(RoutingObserver observer) {
            this.observer = observer;
            return this;
        }

        /** Where host names lead, {@link HostResolver#SYSTEM} by default. */
        public Builder resolver(HostResolver resolver) {
            this.resolver = resolver;
            return this;
        }

        /**
         * How often it is asked whether a host name leads elsewhere, 5 s by default, zero for never. Where it does, the
         * node's connections are replaced.
         */
        public Builder resolveInterval(Duration resolveInterval) {
            this.resolveInterval = resolveInterval;
            return this;
        }

        /** Changes the driver's configuration of each node (codecs, preferences, TLS) after Sluice's own settings. */
        public Builder driver(UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver) {
            this.driver = driver;
            return this;
        }

        /**
         * Starts to watch the nodes.
         *
         * @throws IllegalArgumentException where a setting makes no sense; the message begins with its name
         */
        public RoutingConnectionFactory build() {
            return new RoutingConnectionFactory(configuration());
        }

        /** What {@link #build()} would use. */
        public RoutingConfiguration configuration() {
            return new RoutingConfiguration(
                    nodes,
                    pool,
                    monitor,
                    acquireTimeout,
                    tokenWait,
                    maxLag,
                    preferredLag,
                    noFitReplica,
                    zone,
                    hints,
                    slowStart,
                    breaker,
                    leakAfter,
                    maxWaitingForPrimary,
                    retryShare,
                    retryFloor,
                    hedging,
                    asyncCommit,
                    balancer,
                    observer,
                    resolver,
                    resolveInterval,
                    driver);
        }
    }
}
