package io.sluice.routing.embedded;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.testcontainers.containers.Network;

/** A primary and its replicas, each in a container of PostgreSQL's official image or one that behaves like it. */
final class ContainerCluster implements PostgresCluster {

    private static final Duration STREAMING = Duration.ofSeconds(60);
    private static final Duration FOLLOWING = Duration.ofSeconds(10);

    private final String image;
    private final boolean relays;
    private final Map<String, String> settings;
    /** Published ports belong to the first network; servers speak to each other on the second, which can be cut. */
    private final Network front = Network.newNetwork();

    private final Network back = Network.newNetwork();
    private final List<ContainerNode> nodes = new CopyOnWriteArrayList<>();
    private volatile ContainerNode primary;

    private ContainerCluster(String image, boolean relays, Map<String, String> settings) {
        this.image = image;
        this.relays = relays;
        this.settings = settings;
        this.primary = new ContainerNode(this, 1);
        nodes.add(primary);
    }

    static ContainerCluster start(String image, int replicas, boolean relays, Map<String, String> asked) {
        ContainerCluster cluster = new ContainerCluster(image, relays, settings(asked));
        try {
            cluster.primary.createPrimary();
            IntStream.range(0, replicas).forEach(i -> cluster.addReplica());
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** The embedded cluster's own, but for where to listen, which is the image's business. */
    private static Map<String, String> settings(Map<String, String> asked) {
        Map<String, String> settings = new LinkedHashMap<>(
                new ClusterOptions(0, List.of(), null, false, "postgres", null, "postgres", Duration.ZERO, asked)
                        .settings());
        settings.keySet().removeAll(List.of("listen_addresses", "unix_socket_directories"));
        return settings;
    }

    String image() {
        return image;
    }

    Network front() {
        return front;
    }

    Network back() {
        return back;
    }

    boolean hasRelays() {
        return relays;
    }

    Map<String, String> settings() {
        return settings;
    }

    ContainerNode primaryNode() {
        return primary;
    }

    @Override
    public List<ClusterNode> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public ClusterNode primary() {
        return primary;
    }

    @Override
    public synchronized ClusterNode addReplica() {
        ContainerNode node = new ContainerNode(this, nodes.size() + 1);
        nodes.add(node);
        copyAndStart(node);
        return node;
    }

    synchronized void rejoin(ContainerNode node) {
        if (node == primary) {
            throw new IllegalStateException(node.name() + " is the primary: promote another node first");
        }
        node.remove();
        copyAndStart(node);
    }

    private void copyAndStart(ContainerNode node) {
        try (Sql sql = Sql.connect(primary.direct())) {
            Replication.createSlot(sql, node.slot());
            node.createReplica(primary);
            Await.orFail(
                    STREAMING,
                    () -> Replication.streaming(sql).contains(node.name()),
                    () -> node.name() + " does not stream:\n" + node.log());
        }
    }

    synchronized void promote(ContainerNode node) {
        Replication.promote(node.direct());
        ContainerNode former = primary;
        primary = node;
        for (ContainerNode other : nodes) {
            if (other != node && other != former && other.isRunning()) {
                follow(other);
            }
        }
    }

    private void follow(ContainerNode node) {
        try (Sql sql = Sql.connect(primary.direct())) {
            Replication.createSlot(sql, node.slot());
            node.follow(primary);
            if (!node.isCut()
                    && !Await.until(FOLLOWING, () -> Replication.streaming(sql).contains(node.name()))) {
                rejoin(node);
            }
        }
    }

    @Override
    public void awaitReplicas(Duration limit) {
        String target = Replication.written(primary.direct());
        nodes.stream()
                .filter(node -> node != primary && node.isRunning())
                .forEach(node -> Replication.awaitReplay(node.name(), node.direct(), target, limit));
    }

    @Override
    public void close() {
        nodes.parallelStream().forEach(ContainerNode::close);
        front.close();
        back.close();
    }
}
