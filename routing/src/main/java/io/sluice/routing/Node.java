package io.sluice.routing;

import io.sluice.routing.balance.Candidate;
import io.sluice.routing.balance.PeakEwma;
import io.sluice.routing.balance.SlowStart;
import io.sluice.routing.observe.Events;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.pool.LeaseListener;
import io.sluice.routing.pool.NodeDriver;
import io.sluice.routing.pool.NodePool;
import io.sluice.routing.resilience.Breaker;
import io.sluice.routing.resilience.Failures;
import io.sluice.routing.topology.Cluster;
import io.sluice.routing.topology.Health;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import io.sluice.routing.topology.NodeState;
import io.sluice.routing.topology.Role;
import io.sluice.routing.topology.Whereabouts;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One server: its pool, and how it does. */
final class Node implements Candidate, LeaseListener {

    private static final Duration LATENCY_DECAY = Duration.ofSeconds(10);
    private static final Duration CLOSE_CHECK = Duration.ofMillis(50);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final NodeHints hints;
    private final RoutingConfiguration configuration;
    private final NodeDriver driver;
    private final Whereabouts whereabouts;
    private final NodePool pool;
    private final Cluster cluster;
    private final Events events;
    private final Breaker breaker;
    private final PeakEwma latency = new PeakEwma(LATENCY_DECAY, System.nanoTime());
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean drained;
    private volatile boolean lost;
    private volatile long upSinceNanos;

    Node(NodeAddress address, RoutingConfiguration configuration, Cluster cluster, Events events) {
        this.name = address.name();
        this.hints = configuration.hints().getOrDefault(name, NodeHints.NONE);
        this.configuration = configuration;
        this.driver = new NodeDriver(
                address, configuration.pool(), configuration.driver(), configuration.resolver(), configuration.loops());
        this.whereabouts = new Whereabouts(address.host(), configuration.resolver(), configuration.resolveInterval());
        this.pool = new NodePool(driver, configuration.pool(), this, Clock.systemUTC());
        this.cluster = cluster;
        this.events = events;
        this.breaker = new Breaker(
                configuration.breaker(), () -> ThreadLocalRandom.current().nextDouble(), System.nanoTime());
    }

    void start() {
        cluster.add(name, driver.connect());
    }

    @Override
    public String node() {
        return name;
    }

    String zone() {
        return hints.zone();
    }

    NodeDriver driver() {
        return driver;
    }

    NodePool pool() {
        return pool;
    }

    Breaker breaker() {
        return breaker;
    }

    @Override
    public int inFlight() {
        return inFlight.get() + pool.pending();
    }

    @Override
    public double load() {
        return latency.load(inFlight(), System.nanoTime());
    }

    @Override
    public double weight() {
        return hints.weight() * SlowStart.share(System.nanoTime() - upSinceNanos, configuration.slowStart());
    }

    Node upSince(long nanos) {
        upSinceNanos = nanos;
        return this;
    }

    /** Whether new requests may come: not while it is drained. */
    boolean takesNew() {
        return !drained;
    }

    void drained(boolean drained) {
        this.drained = drained;
    }

    void taken() {
        inFlight.incrementAndGet();
        breaker.chosen(System.nanoTime());
    }

    void givenBack() {
        inFlight.decrementAndGet();
    }

    /**
     * What the monitor found. Connections to a node that is gone are not to be trusted when it comes back. Statements
     * that wait for a replica that hangs, or for a primary that has been replaced, are ended now; a primary that only
     * hangs may still finish what it was told.
     */
    void seen(NodeState state) {
        boolean gone = state.health() == Health.DOWN || state.fenced();
        if (gone && !lost) {
            pool.evict();
            if (state.role() != Role.PRIMARY || state.fenced()) {
                pool.abortLeases();
            }
        }
        lost = gone;
    }

    /** No connection could be had: this node's fault as far as this caller can tell. */
    void refused(Throwable error) {
        countFailure(error);
        cluster.suspect(name, Failures.reason(error));
    }

    @Override
    public void answered(long nanos) {
        long now = System.nanoTime();
        latency.observe(nanos, now);
        if (breaker.succeeded(now)) {
            events.publish(new RoutingEvent.NodeReadmitted(name));
        }
    }

    @Override
    public void failed(Throwable error) {
        if (Failures.nodeIsUnavailable(error)) {
            refused(error);
        }
    }

    private void countFailure(Throwable error) {
        Duration ejection = breaker.failed(System.nanoTime());
        if (!ejection.isZero()) {
            events.publish(new RoutingEvent.NodeEjected(name, ejection, Failures.reason(error)));
        }
    }

    @Override
    public void discarded(String reason) {
        events.publish(new RoutingEvent.ConnectionDiscarded(name, reason));
    }

    /**
     * Keeps the minimum of connections open, tells of leases that are out for too long, and looks whether the host name
     * has moved.
     */
    Mono<Void> upkeep() {
        pool.leaked(configuration.leakAfter())
                .forEach(leak -> events.publish(new RoutingEvent.LeaseLeaked(name, leak.age(), leak.takenAt())));
        Mono<Void> warm =
                Mono.defer(() -> lost || drained ? Mono.empty() : pool.warmUp().then());
        return whereabouts.moved(System.nanoTime()).doOnNext(this::moved).then(warm);
    }

    /** Connections to the server that had this name are no use, and what is known of it is void. */
    private void moved(Whereabouts.Move move) {
        pool.evict();
        events.publish(new RoutingEvent.NodeMoved(
                name, move.before().toString(), move.after().toString()));
        cluster.reconnect(name, "its name leads elsewhere");
    }

    /** Ends when no connection is out. */
    Mono<Void> idle() {
        return Flux.interval(Duration.ZERO, CLOSE_CHECK)
                .onBackpressureDrop()
                .takeUntil(tick -> pool.state().acquired() == 0)
                .then();
    }

    /** Stops watching, closes the pool when its connections are back, then the event loops. */
    Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> cluster.remove(name))
                .then(pool.close())
                .onErrorComplete()
                .then(idle().timeout(CLOSE_LIMIT, Mono.empty()))
                .then(driver.close());
    }
}
