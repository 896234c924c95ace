package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One server of an {@link EmbeddedCluster}. */
final class EmbeddedNode implements ClusterNode {

    private final EmbeddedCluster cluster;
    private final int number;
    private final Path directory;
    private final DataDirectory data;
    private final boolean anyPort;
    private int port;
    private final @Nullable NodeNetwork network;
    private Duration delay = Duration.ZERO;
    private volatile @Nullable Postmaster postmaster;

    EmbeddedNode(EmbeddedCluster cluster, int number, Path directory, int port) {
        this.cluster = cluster;
        this.number = number;
        this.directory = directory;
        this.data = new DataDirectory(directory.resolve("data"));
        this.anyPort = port == 0 || cluster.hasRelays();
        this.port = anyPort ? Ports.free() : port;
        this.network = cluster.hasRelays() ? new NodeNetwork(port, this.port) : null;
    }

    DataDirectory data() {
        return data;
    }

    int number() {
        return number;
    }

    String slot() {
        return "node_" + number;
    }

    @Override
    public String name() {
        return "node-" + number;
    }

    @Override
    public NodeAddress address() {
        return cluster.address(publicPort());
    }

    int publicPort() {
        return network == null ? port : network.port();
    }

    /** Past the relay, so that a cut network does not keep the cluster itself from asking. */
    NodeAddress direct() {
        return cluster.address(port);
    }

    /** The database that every cluster has, for what is done to the server itself. */
    NodeAddress maintenance() {
        return in("postgres");
    }

    private NodeAddress in(String database) {
        NodeAddress direct = direct();
        return new NodeAddress(direct.host(), direct.port(), database, direct.user(), direct.password(), Map.of());
    }

    @Override
    public boolean isRunning() {
        Postmaster server = postmaster;
        return server != null && server.isAlive();
    }

    @Override
    public void start() {
        launch();
        awaitReady();
    }

    /** Starts the server without waiting for it. */
    void launch() {
        if (isRunning()) {
            throw new IllegalStateException(name() + " is running");
        }
        writeSettings();
        postmaster = Postmaster.start(cluster.launcher(), cluster.binaries(), data.path(), log());
    }

    void awaitReady() {
        Postmaster server = server();
        boolean up = Await.until(cluster.startTimeout(), () -> server.ready() || !server.isAlive());
        if (!server.isAlive()) {
            if (logTail().contains("Address already in use")) {
                throw Ports.taken(port, null);
            }
            throw new EmbeddedClusterException(name() + " did not start:\n" + logTail());
        }
        if (!up) {
            throw new EmbeddedClusterException(
                    name() + " is not ready after " + cluster.startTimeout().toSeconds() + " s:\n" + logTail());
        }
    }

    /** Another port after the first was snatched away between choosing and using it; false where it was asked for. */
    boolean changePort() {
        if (!anyPort) {
            return false;
        }
        port = Ports.free();
        if (network != null) {
            network.leadTo(port);
        }
        return true;
    }

    private Path log() {
        return directory.resolve("postgresql.log");
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    private void writeSettings() {
        Map<String, String> settings = new LinkedHashMap<>(cluster.settings());
        settings.put("port", Integer.toString(port));
        settings.put("recovery_min_apply_delay", delay.toMillis() + "ms");
        EmbeddedNode primary = cluster.primaryNode();
        if (primary != this) {
            settings.put("primary_conninfo", cluster.connectionTo(upstreamPort(primary), name()));
            settings.put("primary_slot_name", slot());
        }
        data.writeSettings(settings);
    }

    private int upstreamPort(EmbeddedNode primary) {
        return network == null ? primary.port : network.uplinkTo(primary.publicPort());
    }

    /** Has a replica follow the cluster's present primary. */
    void follow() {
        writeSettings();
        if (isRunning()) {
            server().reload();
        }
    }

    @Override
    public void stop() {
        Postmaster server = postmaster;
        if (server != null && server.isAlive()) {
            server.stop();
        }
    }

    @Override
    public void kill() {
        Postmaster server = postmaster;
        if (server != null && server.isAlive()) {
            server.kill();
        }
    }

    @Override
    public void hang() {
        server().hang();
    }

    @Override
    public void resume() {
        server().resume();
    }

    @Override
    public void promote() {
        cluster.promote(this);
    }

    @Override
    public void rejoin() {
        cluster.rejoin(this);
    }

    @Override
    public void pauseReplay() {
        Replication.pauseReplay(maintenance());
    }

    @Override
    public void resumeReplay() {
        Replication.resumeReplay(maintenance());
    }

    @Override
    public void delayReplay(Duration delay) {
        this.delay = delay;
        writeSettings();
        if (isRunning()) {
            server().reload();
            Replication.awaitDelay(maintenance(), delay);
        }
    }

    @Override
    public void cutNetwork() {
        network().cut();
    }

    @Override
    public void resetNetwork() {
        network().reset();
    }

    @Override
    public void restoreNetwork() {
        network().restore();
    }

    boolean isCut() {
        return network != null && network.isCut();
    }

    private NodeNetwork network() {
        if (network == null) {
            throw new IllegalStateException(
                    "this cluster has no network to cut: build it with EmbeddedCluster.builder().withRelays()");
        }
        return network;
    }

    @Override
    public List<List<@Nullable String>> query(String database, String sql) {
        return Sql.query(in(database), sql);
    }

    private Postmaster server() {
        Postmaster server = postmaster;
        if (server == null) {
            throw new IllegalStateException(name() + " has not been started");
        }
        return server;
    }

    /** Ends the server for good, orderly where its data is kept. */
    void close(boolean temporary) {
        if (temporary) {
            kill();
            Postmaster.releaseSharedMemory(data.path());
        } else {
            stop();
        }
        if (network != null) {
            network.close();
        }
    }

    void discardData() {
        try {
            if (Files.exists(data.path())) {
                Trees.delete(data.path());
            }
            Trees.createPrivate(directory);
        } catch (UncheckedIOException e) {
            throw new EmbeddedClusterException("cannot replace the data of " + name(), e);
        }
    }
}
