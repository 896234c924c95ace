package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;

/**
 * A primary and its streaming replicas, with the faults a test wants them to have.
 *
 * <p>Every method blocks until what it says is done, and must not be called on an event loop.
 */
public interface PostgresCluster extends AutoCloseable {

    /** Every server, running or not, in the order in which they were made. */
    List<ClusterNode> nodes();

    /** The server that was made primary last: the first one, or the one promoted since. */
    ClusterNode primary();

    /** Every server but the {@link #primary()}, running or not. */
    default List<ClusterNode> replicas() {
        ClusterNode primary = primary();
        return nodes().stream().filter(node -> !node.equals(primary)).toList();
    }

    /** Where to connect, the primary first. */
    default List<NodeAddress> addresses() {
        ClusterNode primary = primary();
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(primary), replicas().stream())
                .map(ClusterNode::address)
                .toList();
    }

    /** Adds a replica, a fresh copy of the primary, and starts it. */
    ClusterNode addReplica();

    /**
     * Waits until every running replica has replayed what the primary has written so far.
     *
     * @throws EmbeddedClusterException when one has not within {@code limit}, with the positions
     */
    void awaitReplicas(Duration limit);

    /** Stops every server; never fails for a server that is down already. */
    @Override
    void close();
}
