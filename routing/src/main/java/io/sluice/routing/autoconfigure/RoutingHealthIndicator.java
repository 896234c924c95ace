package io.sluice.routing.autoconfigure;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.topology.NodeState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Up while any node can be read from, with what is known of each. Without a primary it stays up and says {@code writes:
 * false}: a load balancer that took the application away would take its reads away too. Costs no I/O.
 */
final class RoutingHealthIndicator implements ReactiveHealthIndicator {

    private final RoutingConnectionFactory connections;

    RoutingHealthIndicator(RoutingConnectionFactory connections) {
        this.connections = connections;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> health(connections.state()));
    }

    private static Health health(RoutingState state) {
        boolean reads = state.nodes().stream().anyMatch(node -> node.state().usable());
        Health.Builder health = reads ? Health.up() : Health.down();
        health.withDetail("reads", reads)
                .withDetail("writes", state.primary() != null)
                .withDetail("timeline", state.timeline());
        state.nodes().forEach(node -> health.withDetail(node.state().node(), details(node)));
        return health.build();
    }

    private static Map<String, Object> details(NodeReport report) {
        NodeState state = report.state();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("status", state.fenced() ? "FENCED" : state.health().name());
        details.put("role", state.role().name());
        if (state.lag() != null) {
            details.put("lagMillis", state.lag().toMillis());
        }
        if (state.problem() != null) {
            details.put("problem", state.problem());
        }
        details.put("connections", report.pool().toString());
        return details;
    }
}
