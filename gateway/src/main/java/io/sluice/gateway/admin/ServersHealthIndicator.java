package io.sluice.gateway.admin;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Up while any server can answer a read. Without a primary the gateway still serves reads, so it stays up and says
 * {@code writes: false}: a load balancer that took it away would take the reads away too.
 */
@Component("servers")
final class ServersHealthIndicator implements HealthIndicator {

    private final RoutingConnectionFactory routing;

    ServersHealthIndicator(RoutingConnectionFactory routing) {
        this.routing = routing;
    }

    @Override
    public Health health() {
        RoutingState state = routing.state();
        boolean reads = state.nodes().stream().anyMatch(node -> node.state().usable());
        Health.Builder health = reads ? Health.up() : Health.down();
        state.nodes()
                .forEach(node -> health.withDetail(
                        node.state().node(),
                        node.state().health() + " " + node.state().role()));
        return health.withDetail("reads", reads)
                .withDetail("writes", state.primary() != null)
                .build();
    }
}
