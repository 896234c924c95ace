package io.sluice.gateway.start;

import io.sluice.routing.topology.NodeAddress;
import java.util.List;
import java.util.stream.Stream;

/** The servers that the gateway was started for; the roles are those at start-up, routing follows them from then on. */
public record Databases(NodeAddress primary, List<NodeAddress> replicas, boolean embedded) {

    public Databases {
        replicas = List.copyOf(replicas);
    }

    public List<NodeAddress> all() {
        return Stream.concat(Stream.of(primary), replicas.stream()).toList();
    }
}
