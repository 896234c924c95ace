package io.sluice.routing;

import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides where a request goes. Does no I/O. */
final class Router {

    private final LoadBalancer balancer;
    private final Duration preferredLag;
    private final Duration maxLag;

    Router(RoutingConfiguration configuration) {
        this.balancer = configuration.balancer();
        this.preferredLag = configuration.preferredLag();
        this.maxLag = configuration.maxLag();
    }

    sealed interface Route permits Use, UseWhenReplayed, NoRoute {}

    /** Take a connection of this node. */
    record Use(Node node) implements Route {}

    /** Take a connection of this replica once it has replayed the token, of the primary where that takes too long. */
    record UseWhenReplayed(Node node, ConsistencyToken token) implements Route {}

    /** Nobody can serve this now. */
    record NoRoute() implements Route {}

    private static final Route NO_ROUTE = new NoRoute();

    Route route(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        if (request.intent() == AccessIntent.READ_WRITE) {
            return primary(request, state, nodes);
        }
        List<Candidate> replicas = replicas(request, state, nodes);
        ConsistencyToken token = request.token();
        if (replicas.isEmpty()) {
            return withoutFitReplica(request, state, nodes);
        }
        if (token == null) {
            return new Use(choose(preferred(replicas)));
        }
        return covering(token, replicas, request, state, nodes);
    }

    private record Candidate(Node node, NodeState state) {}

    private Route primary(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        NodeState primary = state.primary();
        if (primary == null || !state.complete() || request.excluded().contains(primary.node())) {
            return NO_ROUTE;
        }
        Node node = nodes.get(primary.node());
        return node == null ? NO_ROUTE : new Use(node);
    }

    private List<Candidate> replicas(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        List<Candidate> fit = new ArrayList<>(state.nodes().size());
        for (NodeState replica : state.nodes()) {
            if (fit(replica, state) && !request.excluded().contains(replica.node())) {
                Node node = nodes.get(replica.node());
                if (node != null) {
                    fit.add(new Candidate(node, replica));
                }
            }
        }
        return fit;
    }

    private boolean fit(NodeState replica, ClusterState state) {
        if (!replica.usableReplica() || (replica.timeline() != state.timeline() && replica.timeline() != 0)) {
            return false;
        }
        Duration lag = replica.lag();
        return lag == null || lag.compareTo(maxLag) <= 0;
    }

    /** Those that are hardly behind, where there are any. */
    private List<Candidate> preferred(List<Candidate> replicas) {
        List<Candidate> close = new ArrayList<>(replicas.size());
        for (Candidate replica : replicas) {
            Duration lag = replica.state().lag();
            if (lag != null && lag.compareTo(preferredLag) <= 0) {
                close.add(replica);
            }
        }
        return close.isEmpty() ? replicas : close;
    }

    private Route covering(
            ConsistencyToken token,
            List<Candidate> replicas,
            RouteRequest request,
            ClusterState state,
            Map<String, Node> nodes) {
        List<Candidate> covering = new ArrayList<>(replicas.size());
        Candidate furthest = replicas.get(0);
        for (Candidate replica : replicas) {
            if (replica.state().covers(token)) {
                covering.add(replica);
            }
            if (replica.state().position().isAtLeast(furthest.state().position())) {
                furthest = replica;
            }
        }
        if (!covering.isEmpty()) {
            return new Use(choose(covering));
        }
        if (furthest.state().timeline() == token.timeline()) {
            return new UseWhenReplayed(furthest.node(), token);
        }
        return primary(request, state, nodes);
    }

    /** The primary; without a primary and without a token to honour, the replica that is least behind. */
    private Route withoutFitReplica(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        Route primary = primary(request, state, nodes);
        if (primary instanceof Use || request.token() != null) {
            return primary;
        }
        Node best = leastBehind(request, state, nodes);
        return best == null ? NO_ROUTE : new Use(best);
    }

    private static @Nullable Node leastBehind(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        NodeState best = null;
        for (NodeState replica : state.nodes()) {
            if (replica.usableReplica()
                    && !request.excluded().contains(replica.node())
                    && (best == null || replica.position().isAtLeast(best.position()))) {
                best = replica;
            }
        }
        return best == null ? null : nodes.get(best.node());
    }

    private Node choose(List<Candidate> candidates) {
        if (candidates.size() == 1) {
            return candidates.get(0).node();
        }
        List<Node> nodes = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            nodes.add(candidate.node());
        }
        return nodes.get(balancer.choose(nodes));
    }
}
