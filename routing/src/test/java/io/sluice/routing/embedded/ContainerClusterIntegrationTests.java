package io.sluice.routing.embedded;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Run with {@code -Pcontainers}, where a Docker engine is there. */
@Tag("container-faults")
@EnabledIfSystemProperty(named = "sluice.test.cluster", matches = "containers")
class ContainerClusterIntegrationTests extends ClusterContract {

    @Override
    PostgresCluster startCluster() {
        return new ContainerClusterProvider().start(2, true, SETTINGS);
    }
}
