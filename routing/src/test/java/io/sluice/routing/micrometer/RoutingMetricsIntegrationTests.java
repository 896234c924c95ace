package io.sluice.routing.micrometer;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.observe.RoutingMeters;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@PostgresTest(replicas = 1)
class RoutingMetricsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private TestDatabase database;

    @Test
    void metersFollowTheNodesAndTheirPools() {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder();
        database.nodes().forEach(builder::node);
        RoutingConnectionFactory factory = builder.build();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new RoutingMetrics(factory).bindTo(registry);
        String primary = database.primary().name();
        String replica = database.replicas().get(0).name();

        eventually(
                "roles are known",
                () -> value(registry, RoutingMeters.NODE_PRIMARY, primary) == 1
                        && value(registry, RoutingMeters.NODE_USABLE, replica) == 1);
        assertThat(value(registry, RoutingMeters.NODE_PRIMARY, replica)).isZero();
        RoutedConnection out = factory.create().block(LIMIT);
        assertThat(value(registry, RoutingMeters.POOL_ACQUIRED, primary)).isEqualTo(1);
        assertThat(value(registry, RoutingMeters.POOL_ACQUIRED, replica)).isZero();
        Mono.from(out.close()).block(LIMIT);
        assertThat(value(registry, RoutingMeters.POOL_ACQUIRED, primary)).isZero();
        eventually("lag is known", () -> value(registry, RoutingMeters.NODE_LAG_BYTES, replica) >= 0);
        factory.close().block(LIMIT);
    }

    private static double value(SimpleMeterRegistry registry, RoutingMeters meter, String node) {
        return registry.get(meter.meterName()).tag("node", node).gauge().value();
    }
}
