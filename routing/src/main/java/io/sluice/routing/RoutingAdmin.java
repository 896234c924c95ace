package io.sluice.routing;

import io.sluice.routing.topology.NodeAddress;
import java.util.List;
import reactor.core.publisher.Mono;

/** Operations on a running router, for maintenance. Nodes are named {@code host:port}. */
public final class RoutingAdmin {

    private final Nodes nodes;

    RoutingAdmin(Nodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Sends nothing new to a node; ends when nothing of it is out any more. Writes wait where it is the primary, up to
     * their acquire timeout. Cancelling ends the waiting, not the draining: that is {@link #resume}.
     */
    public Mono<Void> drain(String node) {
        return Mono.defer(() -> {
            nodes.require(node).drained(true);
            return nodes.require(node).idle();
        });
    }

    /** As {@link #drain}, without waiting for what is out. */
    public void pause(String node) {
        nodes.require(node).drained(true);
    }

    /** Ends {@link #drain} and {@link #pause}; those who waited go on. */
    public void resume(String node) {
        nodes.require(node).drained(false);
        nodes.changed();
    }

    /** Replaces every connection of a node: idle ones now, the others when they come back. */
    public void evict(String node) {
        nodes.require(node).pool().evict();
    }

    /** Changes a pool's bounds; surplus connections are closed as they come back. */
    public void resize(String node, int minIdle, int maxSize) {
        if (minIdle < 0 || maxSize < 1 || minIdle > maxSize) {
            throw new IllegalArgumentException(
                    "need 0 <= minIdle <= maxSize and maxSize >= 1, was minIdle=" + minIdle + ", maxSize=" + maxSize);
        }
        nodes.require(node).pool().resize(minIdle, maxSize);
    }

    /**
     * Makes {@code addresses} the nodes of the cluster: new ones are added, those no longer named get nothing new and
     * are closed when their connections are back, which is when the result ends.
     */
    public Mono<Void> reload(List<NodeAddress> addresses) {
        return Mono.defer(() -> nodes.reload(addresses));
    }
}
