package io.sluice.routing.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster at one moment. Never changes; a new one takes its place.
 *
 * @param nodes in the order in which they were configured
 * @param primary the node that takes writes, null where none is known to
 * @param timeline the highest timeline seen, 0 before anything was seen
 */
public record ClusterState(List<NodeState> nodes, @Nullable NodeState primary, int timeline) {

    public ClusterState {
        nodes = List.copyOf(nodes);
    }

    /** Whether every node has been asked at least once. */
    public boolean complete() {
        for (NodeState node : nodes) {
            if (node.health() == Health.UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    public @Nullable NodeState node(String name) {
        for (NodeState node : nodes) {
            if (node.node().equals(name)) {
                return node;
            }
        }
        return null;
    }
}
