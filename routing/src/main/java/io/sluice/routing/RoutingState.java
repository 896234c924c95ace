package io.sluice.routing;

import io.sluice.routing.pool.PoolState;
import io.sluice.routing.topology.NodeState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster at one moment, for health checks and people.
 *
 * @param nodes in the order in which they were configured
 * @param primary the name of the node that takes writes, null where none is known to
 * @param timeline the highest timeline seen, 0 before anything was seen
 */
public record RoutingState(List<NodeReport> nodes, @Nullable String primary, int timeline) {

    /** One node with its pool. */
    public record NodeReport(NodeState state, PoolState pool) {}
}
