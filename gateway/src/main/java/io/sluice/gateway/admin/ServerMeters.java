package io.sluice.gateway.admin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.gateway.start.Databases;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** Gauges of each server and its pool, read from the routing's state when a scrape asks. */
@Component
final class ServerMeters implements MeterBinder {

    private final RoutingConnectionFactory routing;
    private final Databases databases;

    ServerMeters(RoutingConnectionFactory routing, Databases databases) {
        this.routing = routing;
        this.databases = databases;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (NodeAddress address : databases.all()) {
            String node = address.name();
            gauge(registry, node, "sluice.node.up", "1 while the server answers", ServerMeters::up);
            gauge(registry, node, "sluice.node.primary", "1 while it takes writes", ServerMeters::primary);
            gauge(registry, node, "sluice.node.lag.seconds", "replay behind the primary", ServerMeters::lag);
            gauge(registry, node, "sluice.node.lag.bytes", "WAL behind the primary", ServerMeters::lagBytes);
            gauge(registry, node, "sluice.pool.acquired", "connections in use", r -> r.pool()
                    .acquired());
            gauge(registry, node, "sluice.pool.idle", "connections ready for use", r -> r.pool()
                    .idle());
            gauge(registry, node, "sluice.pool.pending", "requests that wait for one", r -> r.pool()
                    .pending());
            gauge(registry, node, "sluice.pool.max", "most connections", r -> r.pool()
                    .max());
        }
    }

    private void gauge(
            MeterRegistry registry, String node, String name, String description, ToDoubleFunction<NodeReport> value) {
        Gauge.builder(name, routing, source -> valueOf(source, node, value))
                .description(description)
                .tag("node", node)
                .register(registry);
    }

    private static double valueOf(RoutingConnectionFactory source, String node, ToDoubleFunction<NodeReport> value) {
        return source.state().nodes().stream()
                .filter(report -> report.state().node().equals(node))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double up(NodeReport report) {
        return report.state().usable() ? 1 : 0;
    }

    private static double primary(NodeReport report) {
        return report.state().usable() && !report.state().usableReplica() ? 1 : 0;
    }

    private static double lag(NodeReport report) {
        Duration lag = report.state().lag();
        return lag == null ? Double.NaN : lag.toNanos() / 1e9;
    }

    private static double lagBytes(NodeReport report) {
        long bytes = report.state().lagBytes();
        return bytes < 0 ? Double.NaN : bytes;
    }
}
