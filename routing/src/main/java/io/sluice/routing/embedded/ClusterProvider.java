package io.sluice.routing.embedded;

import java.util.Map;

/**
 * Another way to get a cluster than {@link EmbeddedCluster}, for tests that must run on both. Found by
 * {@link java.util.ServiceLoader}, chosen with the system property {@code sluice.test.cluster}.
 */
public interface ClusterProvider {

    /** The value of {@code sluice.test.cluster} that means this one. */
    String name();

    /**
     * Starts a cluster.
     *
     * @param relays whether nodes' networks can be cut
     * @param settings PostgreSQL's settings for all nodes
     */
    PostgresCluster start(int replicas, boolean relays, Map<String, String> settings);
}
