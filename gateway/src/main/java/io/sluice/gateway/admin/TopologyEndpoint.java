package io.sluice.gateway.admin;

import io.sluice.routing.RoutingConnectionFactory;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** {@code GET /actuator/topology}: every server, its role, lag and pool, from memory. */
@Component
@Endpoint(id = "topology")
class TopologyEndpoint {

    private final RoutingConnectionFactory routing;

    TopologyEndpoint(RoutingConnectionFactory routing) {
        this.routing = routing;
    }

    @ReadOperation
    Topology topology() {
        return Topology.of(routing.state());
    }
}
