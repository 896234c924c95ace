package io.sluice.routing.autoconfigure;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.resilience.BreakerSettings;
import io.sluice.routing.resilience.HedgeSettings;
import io.sluice.routing.topology.MonitorSettings;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns properties into a builder, and what is wrong with them into {@link InvalidRoutingPropertyException}. */
final class RoutingSettings {

    private static final String PREFIX = "sluice.routing.";
    private static final String NODES = PREFIX + "nodes";

    private final RoutingProperties properties;

    RoutingSettings(RoutingProperties properties) {
        this.properties = properties;
    }

    RoutingConnectionFactoryBuilder builder(@Nullable LoadBalancer balancer) {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .pool(checked("pool.", this::pool))
                .monitor(checked("monitor.", this::monitor))
                .breaker(checked("breaker.", this::breaker))
                .hedging(checked("hedging.", this::hedging))
                .balancer(balancer == null ? properties.balancer().create() : balancer)
                .zone(properties.zone())
                .acquireTimeout(properties.acquireTimeout())
                .tokenWait(properties.tokenWait())
                .maxLag(properties.maxLag())
                .preferredLag(properties.preferredLag())
                .noFitReplica(properties.noFitReplica())
                .slowStart(properties.slowStart())
                .leakAfter(properties.leakAfter())
                .resolveInterval(properties.resolveInterval())
                .maxWaitingForPrimary(properties.maxWaitingForPrimary())
                .retries(properties.retries().share(), properties.retries().floor())
                .asyncCommit(properties.asyncCommit());
        List<NodeAddress> nodes = nodes();
        Map<String, NodeHints> hints = hints(nodes);
        for (NodeAddress node : nodes) {
            builder.node(node, hints.getOrDefault(node.name(), NodeHints.NONE));
        }
        return builder;
    }

    static RoutingConnectionFactory build(RoutingConnectionFactoryBuilder builder) {
        return checked("", builder::build);
    }

    private List<NodeAddress> nodes() {
        List<String> urls = properties.nodes();
        if (urls.isEmpty()) {
            throw new InvalidRoutingPropertyException(
                    NODES,
                    null,
                    "there is no server to route to",
                    "Name the servers, primary and replicas in any order: "
                            + NODES + "=postgresql://user:password@host1:5432/database,postgresql://...\n"
                            + "Or define a RoutingConnectionFactory bean, or set " + PREFIX + "enabled=false.");
        }
        Set<String> names = new HashSet<>();
        return IntStream.range(0, urls.size())
                .mapToObj(index -> node(NODES + "[" + index + "]", urls.get(index), names))
                .toList();
    }

    private NodeAddress node(String property, String url, Set<String> names) {
        NodeAddress address;
        try {
            address = NodeAddress.parse(withUser(url));
        } catch (IllegalArgumentException e) {
            throw new InvalidRoutingPropertyException(
                    property,
                    NodeAddress.withoutPassword(url),
                    String.valueOf(e.getMessage()),
                    "Write it as postgresql://user:password@host:port/database; characters such as @ or / in a password"
                            + " are written as %40 and %2F. " + PREFIX + "username and " + PREFIX
                            + "password stand for what a URL leaves out.");
        }
        if (!names.add(address.name())) {
            throw new InvalidRoutingPropertyException(
                    property,
                    NodeAddress.withoutPassword(url),
                    "node " + address.name() + " is configured twice",
                    "Name each server once.");
        }
        return address;
    }

    private String withUser(String url) {
        int authority = url.indexOf("://") + 3;
        if (properties.username() == null || authority < 3 || url.indexOf('@', authority) >= 0) {
            return url;
        }
        String password = properties.password() == null ? "" : ":" + encode(properties.password());
        return url.substring(0, authority) + encode(properties.username()) + password + "@" + url.substring(authority);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Map<String, NodeHints> hints(List<NodeAddress> nodes) {
        List<String> names = nodes.stream().map(NodeAddress::name).toList();
        Map<String, NodeHints> hints = new HashMap<>();
        properties.hints().forEach((node, hint) -> {
            String group = "hints[" + node + "]";
            if (!names.contains(node)) {
                throw new InvalidRoutingPropertyException(
                        PREFIX + group, null, "there is no such node", "Write the name of one of " + names + ".");
            }
            hints.put(node, checked(group + ".", () -> new NodeHints(hint.zone(), hint.weight())));
        });
        return hints;
    }

    private PoolSettings pool() {
        RoutingProperties.Pool pool = properties.pool();
        return new PoolSettings(
                pool.maxSize(),
                pool.minIdle(),
                pool.maxPending() == null ? 4 * pool.maxSize() : pool.maxPending(),
                pool.connectTimeout(),
                pool.maxLifetime(),
                pool.lifetimeVariance(),
                pool.maxIdle(),
                pool.validateAfterIdle(),
                pool.validationTimeout(),
                pool.cancelGrace(),
                pool.releaseTimeout(),
                pool.statementCacheSize(),
                pool.ioThreads() == null ? PoolSettings.DEFAULTS.ioThreads() : pool.ioThreads(),
                pool.recordLeases());
    }

    private MonitorSettings monitor() {
        RoutingProperties.Monitor monitor = properties.monitor();
        return new MonitorSettings(monitor.interval(), monitor.timeout(), monitor.maxBackoff(), monitor.waitInterval());
    }

    private BreakerSettings breaker() {
        RoutingProperties.Breaker breaker = properties.breaker();
        return new BreakerSettings(
                breaker.consecutiveFailures(),
                breaker.minSuccessRatio(),
                breaker.minRequests(),
                breaker.window(),
                breaker.baseEjection(),
                breaker.maxEjection());
    }

    private HedgeSettings hedging() {
        RoutingProperties.Hedging hedging = properties.hedging();
        return new HedgeSettings(
                hedging.enabled(),
                hedging.percentile(),
                hedging.fixedDelay(),
                hedging.minDelay(),
                hedging.share(),
                hedging.floor());
    }

    /** Every setting refuses what makes no sense by a message that begins with its name. */
    private static <T> T checked(String group, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw InvalidRoutingPropertyException.of(PREFIX + group, e);
        }
    }
}
