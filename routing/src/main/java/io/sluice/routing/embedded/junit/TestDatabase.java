package io.sluice.routing.embedded.junit;

import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.PostgresCluster;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The database of a test class. Its methods block; they are for the test's own thread. */
public final class TestDatabase {

    private static final Duration CAUGHT_UP = Duration.ofSeconds(30);

    private final PostgresCluster cluster;
    private final String name;
    private final int replicas;

    TestDatabase(PostgresCluster cluster, String name, int replicas) {
        this.cluster = cluster;
        this.name = name;
        this.replicas = replicas;
    }

    /** The database's name. */
    public String name() {
        return name;
    }

    /** This database on the primary. */
    public NodeAddress primary() {
        return in(cluster.primary());
    }

    /** This database on each replica. */
    public List<NodeAddress> replicas() {
        return cluster.replicas().stream().limit(replicas).map(this::in).toList();
    }

    /** This database on every node, the primary first. */
    public List<NodeAddress> nodes() {
        return Stream.concat(Stream.of(primary()), replicas().stream()).toList();
    }

    /** The servers; a class without an {@code ownCluster} must leave them as they are. */
    public PostgresCluster cluster() {
        return cluster;
    }

    /** Runs one statement or several on the primary. */
    public void execute(String sql) {
        query(sql);
    }

    /** Rows from the primary, each value in PostgreSQL's text form. */
    public List<List<@Nullable String>> query(String sql) {
        return query(cluster.primary(), sql);
    }

    /** Rows from one server. */
    public List<List<@Nullable String>> query(ClusterNode node, String sql) {
        return node.query(name, sql);
    }

    /** The first column of the first row from the primary, in text form. */
    public @Nullable String value(String sql) {
        return query(sql).get(0).get(0);
    }

    /** Waits until every running replica has replayed what was written so far, at most 30 s. */
    public void awaitReplicas() {
        cluster.awaitReplicas(CAUGHT_UP);
    }

    private NodeAddress in(ClusterNode node) {
        NodeAddress address = node.address();
        return new NodeAddress(address.host(), address.port(), name, address.user(), address.password(), Map.of());
    }
}
