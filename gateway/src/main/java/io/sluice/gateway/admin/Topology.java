package io.sluice.gateway.admin;

import io.sluice.routing.RoutingState;
import io.sluice.routing.RoutingState.NodeReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link RoutingState} as JSON shows it: plain names, milliseconds, WAL positions as text. */
record Topology(@Nullable String primary, int timeline, List<Server> servers) {

    /** A server and its pool; {@code lagMillis} and {@code lagBytes} are null where they are not known. */
    record Server(
            String node,
            String health,
            String role,
            boolean fenced,
            int timeline,
            String position,
            @Nullable Long lagMillis,
            @Nullable Long lagBytes,
            Pool pool,
            @Nullable String problem) {}

    /** Connections: in use, ready, and callers that wait for one. */
    record Pool(int acquired, int idle, int pending, int max, long oldestLeaseMillis) {}

    static Topology of(RoutingState state) {
        return new Topology(
                state.primary(),
                state.timeline(),
                state.nodes().stream().map(Topology::server).toList());
    }

    private static Server server(NodeReport report) {
        var state = report.state();
        var pool = report.pool();
        Duration lag = state.lag();
        return new Server(
                state.node(),
                state.health().name(),
                state.role().name(),
                state.fenced(),
                state.timeline(),
                state.position().toString(),
                lag == null ? null : lag.toMillis(),
                state.lagBytes() < 0 ? null : state.lagBytes(),
                new Pool(
                        pool.acquired(),
                        pool.idle(),
                        pool.pending(),
                        pool.max(),
                        pool.oldestLease().toMillis()),
                state.problem());
    }
}
