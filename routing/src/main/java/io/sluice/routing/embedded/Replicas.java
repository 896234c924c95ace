package io.sluice.routing.embedded;

import java.time.Duration;
import java.util.List;

/** Makes servers followers of an {@link EmbeddedCluster}'s present primary. */
final class Replicas {

    private static final Duration FOLLOWING = Duration.ofSeconds(5);
    private static final Duration STREAMING = Duration.ofSeconds(30);

    private final EmbeddedCluster cluster;

    Replicas(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    void createSlots(List<EmbeddedNode> replicas) {
        List<EmbeddedNode> users =
                replicas.stream().filter(node -> node != cluster.primaryNode()).toList();
        if (users.isEmpty()) {
            return;
        }
        try (Sql sql = Sql.connect(cluster.primaryNode().maintenance())) {
            users.forEach(node -> Replication.createSlot(sql, node.slot()));
        }
    }

    void awaitStreaming(List<EmbeddedNode> asked) {
        long expected =
                asked.stream().filter(node -> node != cluster.primaryNode()).count();
        if (expected == 0) {
            return;
        }
        try (Sql sql = Sql.connect(cluster.primaryNode().maintenance())) {
            Await.orFail(
                    STREAMING,
                    () -> Replication.streaming(sql).size() >= expected,
                    () -> "only " + Replication.streaming(sql) + " of " + expected + " replicas stream from "
                            + cluster.primaryNode().name());
        }
    }

    /** A replica that had received more than the promoted one cannot follow it. */
    boolean follows(EmbeddedNode follower) {
        try (Sql sql = Sql.connect(cluster.primaryNode().maintenance())) {
            return Await.until(FOLLOWING, () -> Replication.streaming(sql).contains(follower.name()));
        }
    }

    /** A base backup by hand: PostgreSQL's own program for it is not among the binaries. */
    void copyAndStart(EmbeddedNode node) {
        node.discardData();
        String label;
        try (Sql sql = Sql.connect(cluster.primaryNode().maintenance())) {
            sql.query("SELECT pg_backup_start('" + node.name() + "', true)");
            node.data().copyFrom(cluster.primaryNode().data(), true);
            label = sql.value("SELECT labelfile FROM pg_backup_stop(false)");
        }
        node.data().write("backup_label", label == null ? "" : label);
        node.data().makeReplica();
        node.start();
    }
}
