package io.sluice.routing.embedded;

import java.util.Map;

/** {@code -Pcontainers}: clusters of containers of the image that the system property {@code sluice.test.image} names. */
public final class ContainerClusterProvider implements ClusterProvider {

    @Override
    public String name() {
        return "containers";
    }

    @Override
    public PostgresCluster start(int replicas, boolean relays, Map<String, String> settings) {
        return ContainerCluster.start(
                System.getProperty("sluice.test.image", "postgres:18"), replicas, relays, settings);
    }
}
