package io.sluice.routing;

import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.Router.Route;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.observe.Events;
import io.sluice.routing.pool.PooledLease;
import io.sluice.routing.resilience.Deadline;
import io.sluice.routing.topology.Cluster;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeState;
import io.sluice.routing.wire.WireBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The nodes of one cluster with what is needed to choose among them. */
final class Nodes {

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(1);

    private final RoutingConfiguration configuration;
    private final Events events = new Events();
    private final Cluster cluster;
    private final Router router;
    private final Positions positions;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Disposable upkeep;
    private final Observed observed;
    private volatile Map<String, Node> byName = Map.of();

    Nodes(RoutingConfiguration configuration) {
        this.configuration = configuration;
        this.cluster = new Cluster(configuration.monitor(), events, Schedulers.parallel());
        this.router = new Router(configuration);
        this.observed = new Observed(configuration.observer());
        this.positions = new Positions(cluster, configuration.asyncCommit());
        cluster.changes()
                .doOnNext(this::seen)
                .subscribe(state -> {}, error -> LOG.error("stopped to follow the cluster's state", error));
        add(configuration.nodes());
        this.upkeep = Flux.interval(Duration.ZERO, UPKEEP_INTERVAL)
                .onBackpressureDrop()
                .concatMap(tick -> Flux.fromIterable(byName.values()).flatMap(Node::upkeep))
                .subscribe(nothing -> {}, error -> LOG.error("stopped to look after the pools", error));
    }

    private void add(List<NodeAddress> addresses) {
        Map<String, Node> nodes = new LinkedHashMap<>(byName);
        List<Node> added = new ArrayList<>();
        for (NodeAddress address : addresses) {
            if (!nodes.containsKey(address.name())) {
                Node node = new Node(address, configuration, cluster, events);
                nodes.put(address.name(), node);
                added.add(node);
            }
        }
        byName = Collections.unmodifiableMap(nodes);
        added.forEach(Node::start);
    }

    private void seen(ClusterState state) {
        for (NodeState known : state.nodes()) {
            Node node = byName.get(known.node());
            if (node != null) {
                node.seen(known);
            }
        }
    }

    /** Adds what is new, takes out what is not named any more; ends when that is closed. */
    synchronized Mono<Void> reload(List<NodeAddress> addresses) {
        if (addresses.isEmpty()) {
            return Mono.error(new IllegalArgumentException("a cluster needs at least one node"));
        }
        add(addresses);
        Set<String> wanted = addresses.stream().map(NodeAddress::name).collect(Collectors.toSet());
        Map<String, Node> kept = new LinkedHashMap<>(byName);
        kept.keySet().retainAll(wanted);
        List<Node> removed = byName.values().stream()
                .filter(node -> !wanted.contains(node.node()))
                .toList();
        byName = Collections.unmodifiableMap(kept);
        return Flux.fromIterable(removed).flatMap(Node::close).then();
    }

    Node require(String name) {
        Node node = byName.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node '" + name + "', there are " + byName.keySet());
        }
        return node;
    }

    /** The driver's factory of the primary, of the first node while there is none. */
    ConnectionFactory driver() {
        NodeState primary = cluster.state().primary();
        Node node = primary == null ? null : byName.get(primary.node());
        return (node == null ? byName.values().iterator().next() : node)
                .driver()
                .factory();
    }

    /** Lets those who wait look again: something changed that the monitors do not see. */
    void changed() {
        cluster.refresh();
    }

    /** A connection within the acquire timeout, or a {@link RoutingException}. */
    Mono<RoutedConnection> acquire(RouteRequest request) {
        return acquire(request, node -> {});
    }

    /** As above; {@code aim} hears which node is asked for a connection, each time that changes. */
    Mono<RoutedConnection> acquire(RouteRequest request, Consumer<? super Node> aim) {
        Acquisition acquisition = new Acquisition(this, request, aim);
        return limited(acquisition, request, Mono.defer(() -> acquisition.attempt(request)));
    }

    /** As above, for a request whose way is known. */
    Mono<RoutedConnection> acquire(RouteRequest request, Route route) {
        Acquisition acquisition = new Acquisition(this, request, node -> {});
        return limited(acquisition, request, Mono.defer(() -> acquisition.follow(route, request)));
    }

    private Mono<RoutedConnection> limited(
            Acquisition acquisition, RouteRequest request, Mono<RoutedConnection> attempts) {
        Duration limit = request.limit(configuration.acquireTimeout());
        return observed.acquire(new Deadline<>(
                attempts, limit, Schedulers.parallel(), () -> acquisition.timedOut(limit), Nodes::giveBack));
    }

    /** A read gives one node half of its time, so that there is time left for another. */
    Mono<RoutedConnection> limited(Mono<RoutedConnection> lease, Node node) {
        Duration limit = configuration.acquireTimeout().dividedBy(2);
        return new Deadline<>(
                lease,
                limit,
                Schedulers.parallel(),
                () -> new TimeoutException("no connection to " + node.node() + " within " + limit.toMillis() + " ms ("
                        + node.pool().state() + ")"),
                Nodes::giveBack);
    }

    private static void giveBack(RoutedConnection unwanted) {
        Mono.from(unwanted.close())
                .subscribe(nothing -> {}, error -> LOG.warn("could not give back a connection of {}", unwanted.node()));
    }

    Route route(RouteRequest request) {
        return router.route(request, cluster.state(), byName, System.nanoTime());
    }

    boolean isPrimary(Node node) {
        NodeState primary = cluster.state().primary();
        return primary != null && primary.node().equals(node.node());
    }

    Mono<Boolean> awaitReplay(Node node, ConsistencyToken token) {
        return observed.tokenWait(node.node(), cluster.awaitReplay(node.node(), token, configuration.tokenWait()));
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

    Mono<ConsistencyToken> commitAndToken(Node node, PooledLease lease) {
        return positions.commitAndToken(node.node(), lease);
    }

    Mono<ConsistencyToken> commitAndToken(Node node, PooledLease lease, String last) {
        return positions.commitAndToken(node.node(), lease, last);
    }

    Mono<ConsistencyToken> commitAndToken(Node node, PooledLease lease, WireBatch last) {
        return positions.commitAndToken(node.node(), lease, last);
    }

    private void stop() {
        upkeep.dispose();
        cluster.close();
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

    Observed observed() {
        return observed;
    }

    Events events() {
        return events;
    }

    Mono<Void> close() {
        return Mono.fromRunnable(this::stop)
                .thenMany(Flux.fromIterable(byName.values()))
                .flatMap(Node::close)
                .then(Mono.fromRunnable(events::close));
    }
}
