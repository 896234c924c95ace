package io.sluice.routing;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.resilience.BreakerSettings;
import io.sluice.routing.resilience.HedgeSettings;
import io.sluice.routing.settings.Check;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.MonitorSettings;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * Everything a {@link RoutingConnectionFactory} is built from. The builder's methods say what each setting means.
 */
public record RoutingConfiguration(
        List<NodeAddress> nodes,
        PoolSettings pool,
        MonitorSettings monitor,
        Duration acquireTimeout,
        Duration tokenWait,
        Duration maxLag,
        Duration preferredLag,
        NoFitReplica noFitReplica,
        String zone,
        Map<String, NodeHints> hints,
        Duration slowStart,
        BreakerSettings breaker,
        Duration leakAfter,
        int maxWaitingForPrimary,
        double retryShare,
        int retryFloor,
        HedgeSettings hedging,
        boolean asyncCommit,
        LoadBalancer balancer,
        RoutingObserver observer,
        HostResolver resolver,
        Duration resolveInterval,
        UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver,
        @Nullable LoopResources loops) {

    public RoutingConfiguration {
        nodes = List.copyOf(nodes);
        hints = Map.copyOf(hints);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node configured: call node(NodeAddress) at least once");
        }
        Set<String> names = new HashSet<>();
        for (NodeAddress node : nodes) {
            if (!names.add(node.name())) {
                throw new IllegalArgumentException("node " + node.name() + " is configured twice");
            }
        }
        Check.positive("acquireTimeout", acquireTimeout);
        Check.notNegative("tokenWait", tokenWait);
        Check.notNegative("maxLag", maxLag);
        Check.notNegative("preferredLag", preferredLag);
        Check.notNegative("slowStart", slowStart);
        Check.notNegative("leakAfter", leakAfter);
        Check.notNegative("resolveInterval", resolveInterval);
        Check.that(maxWaitingForPrimary >= 0, "maxWaitingForPrimary must not be negative", maxWaitingForPrimary);
        Check.share("retries.share", retryShare);
        Check.that(retryFloor >= 0, "retries.floor must not be negative", retryFloor);
    }
}
