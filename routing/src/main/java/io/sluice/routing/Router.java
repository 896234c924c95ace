package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.Health;
import io.sluice.routing.topology.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides where a request goes. Does no I/O. */
final class Router {

    private final RoutingConfiguration configuration;

    Router(RoutingConfiguration configuration) {
        this.configuration = configuration;
    }

    sealed interface Route permits Use, UseWhenReplayed, NoRoute {}

    /** Take a connection of this node. */
    record Use(Node node) implements Route {}

    /** Take a connection of this replica once it has replayed the token, of the primary where that takes too long. */
    record UseWhenReplayed(Node node, ConsistencyToken token) implements Route {}

    /** Nobody can serve this now. */
    record NoRoute() implements Route {}

    private static final Route NO_ROUTE = new NoRoute();

    /** A replica together with what is known of it. */
    private record Candidate(Node node, NodeState state) {}

    Route route(RouteRequest request, ClusterState state, Map<String, Node> nodes, long nowNanos) {
        String pinned = request.pinned();
        if (pinned != null) {
            return pinned(pinned, request, state, nodes);
        }
        if (request.needsPrimary()) {
            return primary(request, state, nodes);
        }
        List<Candidate> replicas = replicas(request, state, nodes, nowNanos);
        if (replicas.isEmpty()) {
            return withoutFitReplica(request, state, nodes);
        }
        ConsistencyToken token = request.bindingToken();
        return token == null ? new Use(choose(replicas)) : covering(token, replicas, request, state, nodes);
    }

    private static Route pinned(String name, RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        Node node = nodes.get(name);
        NodeState known = state.node(name);
        boolean reachable = known != null && known.health() == Health.UP;
        return node == null || !reachable || request.excluded().contains(name) ? NO_ROUTE : new Use(node);
    }

    private static Route primary(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        NodeState primary = state.primary();
        if (primary == null || !state.complete() || request.excluded().contains(primary.node())) {
            return NO_ROUTE;
        }
        Node node = nodes.get(primary.node());
        return node == null || !node.takesNew() ? NO_ROUTE : new Use(node);
    }

    private List<Candidate> replicas(RouteRequest request, ClusterState state, Map<String, Node> nodes, long nowNanos) {
        List<Candidate> fit = new ArrayList<>(state.nodes().size());
        for (NodeState replica : state.nodes()) {
            if (!fit(replica, request, state, nowNanos)) {
                continue;
            }
            Node node = nodes.get(replica.node());
            if (node != null && node.takesNew() && node.breaker().allows(nowNanos)) {
                fit.add(new Candidate(node, replica));
            }
        }
        return fit;
    }

    private boolean fit(NodeState replica, RouteRequest request, ClusterState state, long nowNanos) {
        boolean sameTimeline = replica.timeline() == state.timeline() || replica.timeline() == 0;
        if (!replica.usableReplica() || !sameTimeline || request.excluded().contains(replica.node())) {
            return false;
        }
        Duration lag = replica.lag();
        if (lag == null ? state.primary() != null : lag.compareTo(configuration.maxLag()) > 0) {
            return false;
        }
        Duration staleness = request.maxStaleness();
        return staleness == null || (lag != null && nowNanos - replica.freshNanos() <= staleness.toNanos());
    }

    private Route covering(
            ConsistencyToken token,
            List<Candidate> replicas,
            RouteRequest request,
            ClusterState state,
            Map<String, Node> nodes) {
        List<Candidate> covering = only(replicas, replica -> replica.state().covers(token));
        if (!covering.isEmpty()) {
            return new Use(choose(covering));
        }
        Candidate furthest = replicas.get(0);
        for (Candidate replica : replicas) {
            if (replica.state().position().isAtLeast(furthest.state().position())) {
                furthest = replica;
            }
        }
        if (furthest.state().timeline() == token.timeline()
                && !configuration.tokenWait().isZero()) {
            return new UseWhenReplayed(furthest.node(), token);
        }
        return primary(request, state, nodes);
    }

    private Route withoutFitReplica(RouteRequest request, ClusterState state, Map<String, Node> nodes) {
        Node behind = request.toleratesAnything() ? leastBehind(request, state, nodes) : null;
        Route primary = primary(request, state, nodes);
        return switch (configuration.noFitReplica()) {
            case PRIMARY -> primary instanceof Use || behind == null ? primary : new Use(behind);
            case LEAST_BEHIND -> behind == null ? primary : new Use(behind);
            case FAIL -> NO_ROUTE;
        };
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

    /** Those of our own zone first, then those that are hardly behind; among what is left the balancer decides. */
    private Node choose(List<Candidate> replicas) {
        List<Candidate> left = replicas;
        if (!configuration.zone().isEmpty()) {
            left = onlyIfAny(left, replica -> replica.node().zone().equals(configuration.zone()));
        }
        left = onlyIfAny(left, this::hardlyBehind);
        if (left.size() == 1) {
            return left.get(0).node();
        }
        List<Node> nodes = new ArrayList<>(left.size());
        for (Candidate candidate : left) {
            nodes.add(candidate.node().upSince(candidate.state().upSinceNanos()));
        }
        return nodes.get(configuration.balancer().choose(nodes));
    }

    private boolean hardlyBehind(Candidate replica) {
        Duration lag = replica.state().lag();
        return lag != null && lag.compareTo(configuration.preferredLag()) <= 0;
    }

    private static List<Candidate> onlyIfAny(List<Candidate> replicas, Predicate<Candidate> wanted) {
        if (replicas.size() == 1) {
            return replicas;
        }
        List<Candidate> matching = only(replicas, wanted);
        return matching.isEmpty() ? replicas : matching;
    }

    private static List<Candidate> only(List<Candidate> replicas, Predicate<Candidate> wanted) {
        List<Candidate> matching = new ArrayList<>(replicas.size());
        for (Candidate replica : replicas) {
            if (wanted.test(replica)) {
                matching.add(replica);
            }
        }
        return matching;
    }
}
