package io.sluice.routing.embedded.junit;

import io.sluice.routing.embedded.PostgresCluster;

/** The cluster of all test classes that do not ask for one of their own; it ends with the last test. */
final class SharedCluster implements AutoCloseable {

    private static final int REPLICAS = 2;

    private final PostgresCluster cluster = Clusters.start(REPLICAS, false);

    /** The cluster with at least so many replicas. */
    synchronized PostgresCluster withReplicas(int replicas) {
        while (cluster.replicas().size() < replicas) {
            cluster.addReplica();
        }
        return cluster;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
