package io.sluice.routing.embedded;

import java.io.IOException;

/** A program with a cluster, for tests that need a JVM of its own: prints where it is and ends with its input. */
final class ClusterProgram {

    private ClusterProgram() {}

    public static void main(String[] arguments) throws IOException {
        EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
        for (ClusterNode node : cluster.nodes()) {
            System.out.println("node="
                    + node.query("SELECT current_setting('data_directory')")
                            .get(0)
                            .get(0));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            continue;
        }
        // No close(): the end of the JVM is enough.
        System.exit(0);
    }
}
