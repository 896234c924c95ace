package io.sluice.routing;

import io.sluice.routing.balance.Candidate;
import io.sluice.routing.observe.Events;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.pool.LeaseListener;
import io.sluice.routing.pool.NodeDriver;
import io.sluice.routing.pool.NodePool;
import io.sluice.routing.resilience.Failures;
import io.sluice.routing.topology.Cluster;
import io.sluice.routing.topology.NodeAddress;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** One server: its pool, and how it does. */
final class Node implements Candidate, LeaseListener {

    private final String name;
    private final NodeDriver driver;
    private final NodePool pool;
    private final Cluster cluster;
    private final Events events;
    private final AtomicInteger inFlight = new AtomicInteger();

    Node(NodeAddress address, RoutingConfiguration configuration, Cluster cluster, Events events) {
        this.name = address.name();
        this.driver = new NodeDriver(address, configuration.pool(), configuration.driver());
        this.pool = new NodePool(driver, configuration.pool(), this, Clock.systemUTC());
        this.cluster = cluster;
        this.events = events;
    }

    void start() {
        cluster.add(name, driver.connect());
    }

    @Override
    public String node() {
        return name;
    }

    NodePool pool() {
        return pool;
    }

    @Override
    public int inFlight() {
        return inFlight.get() + pool.pending();
    }

    void taken() {
        inFlight.incrementAndGet();
    }

    void givenBack() {
        inFlight.decrementAndGet();
    }

    void suspect(Throwable error) {
        cluster.suspect(name, Failures.reason(error));
    }

    @Override
    public void answered(long nanos) {}

    @Override
    public void failed(Throwable error) {
        if (Failures.nodeIsUnavailable(error)) {
            suspect(error);
        }
    }

    @Override
    public void discarded(String reason) {
        events.publish(new RoutingEvent.ConnectionDiscarded(name, reason));
    }

    /** Stops watching, closes the pool, then the event loops. */
    Mono<Void> close() {
        return Mono.fromRunnable(() -> cluster.remove(name))
                .then(pool.close())
                .onErrorComplete()
                .then(driver.close());
    }
}
