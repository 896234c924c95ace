package io.sluice.routing;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.resilience.BreakerSettings;
import io.sluice.routing.resilience.HedgeSettings;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.MonitorSettings;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/** Settings of a {@link RoutingConnectionFactory}, each with its default. */
public final class RoutingConnectionFactoryBuilder {

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
    private @Nullable LoopResources loops;

    RoutingConnectionFactoryBuilder() {}

    /** A server of the cluster; call once for each. Its role is found out. */
    public RoutingConnectionFactoryBuilder node(NodeAddress address) {
        nodes.add(address);
        return this;
    }

    /** A server of the cluster with what it cannot say about itself. */
    public RoutingConnectionFactoryBuilder node(NodeAddress address, NodeHints hints) {
        this.hints.put(address.name(), hints);
        return node(address);
    }

    /** Where this process stands: replicas of the same zone are read first. Empty, which is the default, for anywhere. */
    public RoutingConnectionFactoryBuilder zone(String zone) {
        this.zone = zone;
        return this;
    }

    /** What becomes of a read when no replica is fit, {@link NoFitReplica#PRIMARY} by default. */
    public RoutingConnectionFactoryBuilder noFitReplica(NoFitReplica noFitReplica) {
        this.noFitReplica = noFitReplica;
        return this;
    }

    /** How long a node that has come back is eased in, 30 s by default, zero for not at all. */
    public RoutingConnectionFactoryBuilder slowStart(Duration slowStart) {
        this.slowStart = slowStart;
        return this;
    }

    /** When a node that fails its callers is left alone for a while. */
    public RoutingConnectionFactoryBuilder breaker(BreakerSettings breaker) {
        this.breaker = breaker;
        return this;
    }

    /**
     * A connection that is out for longer is reported as an event, 60 s by default, zero for never. With
     * {@link PoolSettings#recordLeases()} the report says who took it.
     */
    public RoutingConnectionFactoryBuilder leakAfter(Duration leakAfter) {
        this.leakAfter = leakAfter;
        return this;
    }

    /** Most connections to each node, 16 by default; four times as many callers may wait for one. */
    public RoutingConnectionFactoryBuilder maxSize(int maxSize) {
        this.pool = pool.withMaxSize(maxSize);
        return this;
    }

    /** All settings of the pools at once. */
    public RoutingConnectionFactoryBuilder pool(PoolSettings pool) {
        this.pool = pool;
        return this;
    }

    /** How nodes are watched. */
    public RoutingConnectionFactoryBuilder monitor(MonitorSettings monitor) {
        this.monitor = monitor;
        return this;
    }

    /** How long a caller waits for a connection in all, other nodes and a failover included, 3 s by default. */
    public RoutingConnectionFactoryBuilder acquireTimeout(Duration acquireTimeout) {
        this.acquireTimeout = acquireTimeout;
        return this;
    }

    /** How long a read waits for a replica to reach its token before it goes to the primary, 50 ms by default. */
    public RoutingConnectionFactoryBuilder tokenWait(Duration tokenWait) {
        this.tokenWait = tokenWait;
        return this;
    }

    /** A replica further behind gets no reads while another node can take them, 30 s by default. */
    public RoutingConnectionFactoryBuilder maxLag(Duration maxLag) {
        this.maxLag = maxLag;
        return this;
    }

    /** Replicas closer than this are preferred where there are any, 1 s by default. */
    public RoutingConnectionFactoryBuilder preferredLag(Duration preferredLag) {
        this.preferredLag = preferredLag;
        return this;
    }

    /** How many callers may wait for a primary (or for any node) during an outage, 1,024 by default. */
    public RoutingConnectionFactoryBuilder maxWaitingForPrimary(int maxWaitingForPrimary) {
        this.maxWaitingForPrimary = maxWaitingForPrimary;
        return this;
    }

    /** Share of reads that may be tried again on another node, 0.1 by default, and how many after a quiet time, 64. */
    public RoutingConnectionFactoryBuilder retries(double share, int floor) {
        this.retryShare = share;
        this.retryFloor = floor;
        return this;
    }

    /**
     * Reads that bring nothing for a while are asked of a second node as well, {@link HedgeSettings#OFF} by default.
     * Only {@link RoutingConnectionFactory#read} does so: of a plain connection nobody can tell what is a read.
     */
    public RoutingConnectionFactoryBuilder hedging(HedgeSettings hedging) {
        this.hedging = hedging;
        return this;
    }

    /** Tokens cover commits made with {@code synchronous_commit = off} in whatever way it was set; off by default. */
    public RoutingConnectionFactoryBuilder asyncCommit(boolean asyncCommit) {
        this.asyncCommit = asyncCommit;
        return this;
    }

    /** Chooses among fit replicas, {@link LoadBalancer#peakEwma()} by default. */
    public RoutingConnectionFactoryBuilder balancer(LoadBalancer balancer) {
        this.balancer = balancer;
        return this;
    }

    /** Times and traces what callers wait for, nothing by default; package {@code micrometer} has one. */
    public RoutingConnectionFactoryBuilder observer(RoutingObserver observer) {
        this.observer = observer;
        return this;
    }

    /** Where host names lead, {@link HostResolver#SYSTEM} by default. */
    public RoutingConnectionFactoryBuilder resolver(HostResolver resolver) {
        this.resolver = resolver;
        return this;
    }

    /**
     * How often it is asked whether a host name leads elsewhere, 5 s by default, zero for never. Where it does, the
     * node's connections are replaced.
     */
    public RoutingConnectionFactoryBuilder resolveInterval(Duration resolveInterval) {
        this.resolveInterval = resolveInterval;
        return this;
    }

    /**
     * Event loops of the application for the connections to run on, in turns: those of its HTTP server, for example, so that
     * many an answer need not change threads. They stay the application's to dispose of, after this factory. By default
     * each node has loops of its own, {@link PoolSettings#ioThreads()} of them.
     *
     * <p>A server that shares its loops must accept its clients by others ({@code LoopResources.create(name, 1, workers,
     * daemon)}): with Netty's epoll (4.2.18), what is left to be handled for a client whose socket is closed while an
     * answer is written to it would be taken for events of the client that is accepted next.
     */
    public RoutingConnectionFactoryBuilder loops(LoopResources loops) {
        this.loops = loops;
        return this;
    }

    /**
     * Changes the driver's configuration of each node (codecs, preferences, TLS) after Sluice's own settings. Called for
     * each event loop of a node, and again where its host name leads elsewhere.
     */
    public RoutingConnectionFactoryBuilder driver(UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver) {
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
                driver,
                loops);
    }
}
