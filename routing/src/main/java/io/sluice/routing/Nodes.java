package io.sluice.routing;

import io.sluice.routing.Router.Route;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.observe.Events;
import io.sluice.routing.pool.PooledLease;
import io.sluice.routing.resilience.Deadline;
import io.sluice.routing.topology.Cluster;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The nodes of one cluster with what is needed to choose among them. */
final class Nodes {

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    private final RoutingConfiguration configuration;
    private final Events events = new Events();
    private final Cluster cluster;
    private final Router router;
    private final Positions positions;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Node> byName;

    Nodes(RoutingConfiguration configuration) {
        this.configuration = configuration;
        this.cluster = new Cluster(configuration.monitor(), events, Schedulers.parallel());
        this.router = new Router(configuration);
        this.positions = new Positions(cluster, configuration.asyncCommit());
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (NodeAddress address : configuration.nodes()) {
            nodes.put(address.name(), new Node(address, configuration, cluster, events));
        }
        this.byName = nodes;
        nodes.values().forEach(Node::start);
    }

    /** A connection within the acquire timeout, or a {@link RoutingException}. */
    Mono<RoutedConnection> acquire(RouteRequest request) {
        Acquisition acquisition = new Acquisition(this, request);
        Duration limit = configuration.acquireTimeout();
        return new Deadline<>(
                Mono.defer(() -> acquisition.attempt(request)),
                limit,
                Schedulers.parallel(),
                () -> acquisition.timedOut(limit),
                Nodes::giveBack);
    }

    private static void giveBack(RoutedConnection unwanted) {
        Mono.from(unwanted.close())
                .subscribe(nothing -> {}, error -> LOG.warn("could not give back a connection of {}", unwanted.node()));
    }

    Route route(RouteRequest request) {
        return router.route(request, cluster.state(), byName);
    }

    boolean isPrimary(Node node) {
        NodeState primary = cluster.state().primary();
        return primary != null && primary.node().equals(node.node());
    }

    Mono<Boolean> awaitReplay(Node node, ConsistencyToken token) {
        return cluster.awaitReplay(node.node(), token, configuration.tokenWait());
    }

    /** Ends when the cluster's state satisfies {@code wanted}. Fails at once where too many wait already. */
    Mono<Void> awaitChange(Predicate<ClusterState> wanted, @Nullable Throwable lastFailure) {
        return Mono.defer(() -> {
            if (waiting.incrementAndGet() > configuration.maxWaitingForPrimary()) {
                waiting.decrementAndGet();
                return Mono.error(new NoNodeAvailableException(
                        "no node can take the request, and " + configuration.maxWaitingForPrimary()
                                + " callers wait for one already: " + describe(),
                        null,
                        lastFailure));
            }
            return cluster.changes().filter(wanted).next().then().doFinally(signal -> waiting.decrementAndGet());
        });
    }

    /** The token for what {@code lease} has committed or could have seen. */
    Mono<ConsistencyToken> token(Node node, PooledLease lease) {
        return positions.token(node.node(), lease);
    }

    Mono<ConsistencyToken> commitAndToken(PooledLease lease) {
        return positions.commitAndToken(lease);
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        for (NodeState node : cluster.state().nodes()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(node.node())
                    .append(' ')
                    .append(node.fenced() ? "FENCED" : node.health())
                    .append(' ')
                    .append(node.role())
                    .append(node.problem() == null ? "" : " (" + node.problem() + ")");
        }
        return text.toString();
    }

    Map<String, Node> byName() {
        return byName;
    }

    Cluster cluster() {
        return cluster;
    }

    Events events() {
        return events;
    }

    Mono<Void> close() {
        return Mono.fromRunnable(cluster::close)
                .thenMany(Flux.fromIterable(byName.values()))
                .flatMap(Node::close)
                .then(Mono.fromRunnable(events::close));
    }
}
