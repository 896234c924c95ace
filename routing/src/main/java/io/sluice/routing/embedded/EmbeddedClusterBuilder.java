package io.sluice.routing.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link EmbeddedCluster}, each with its default. */
public final class EmbeddedClusterBuilder {

    private int replicas = 1;
    private List<Integer> ports = List.of();
    private @Nullable Path directory;
    private boolean relays;
    private boolean stopsWithJvm = true;
    private String user = "postgres";
    private @Nullable String password;
    private String database = "postgres";
    private Duration startTimeout = Duration.ofSeconds(60);
    private final Map<String, String> settings = new LinkedHashMap<>();

    EmbeddedClusterBuilder() {}

    /** How many replicas, 1 by default. */
    public EmbeddedClusterBuilder replicas(int replicas) {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas must not be negative, was " + replicas);
        }
        this.replicas = replicas;
        return this;
    }

    /** The nodes' ports in order, the first primary's first; 0 and missing ones take any free port. */
    public EmbeddedClusterBuilder ports(int... ports) {
        this.ports = Arrays.stream(ports).boxed().toList();
        return this;
    }

    /**
     * Keeps the data in {@code directory}, an empty one or that of an earlier cluster, which then goes on with its
     * data and the roles its nodes had. Without it the data is temporary, and then not written through to the disk
     * ({@code fsync=off}).
     */
    public EmbeddedClusterBuilder directory(Path directory) {
        this.directory = directory.toAbsolutePath();
        return this;
    }

    /** Puts a relay in front of each node, so that its network can be cut. */
    public EmbeddedClusterBuilder withRelays() {
        this.relays = true;
        return this;
    }

    /** PostgreSQL's {@code max_connections}, 200 by default; must not go down in a directory that has data. */
    public EmbeddedClusterBuilder maxConnections(int maxConnections) {
        return setting("max_connections", Integer.toString(maxConnections));
    }

    /** Any setting of PostgreSQL, for all nodes; it goes before the cluster's own. */
    public EmbeddedClusterBuilder setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /**
     * Whether a shutdown hook stops the servers, true by default. A program that closes the cluster in a shutdown of
     * its own, after its last statement, says false: hooks run side by side, and servers would go too early.
     */
    public EmbeddedClusterBuilder stopsWithJvm(boolean stopsWithJvm) {
        this.stopsWithJvm = stopsWithJvm;
        return this;
    }

    /** The superuser as whom everything is done, {@code postgres} by default. */
    public EmbeddedClusterBuilder user(String user) {
        this.user = user;
        return this;
    }

    /** The superuser's password; made up by default. An existing directory keeps the one it has. */
    public EmbeddedClusterBuilder password(String password) {
        this.password = password;
        return this;
    }

    /** The database of the addresses, {@code postgres} by default; made where it is missing. */
    public EmbeddedClusterBuilder database(String database) {
        this.database = database;
        return this;
    }

    /** How long a server may take to start, 60 s by default. */
    public EmbeddedClusterBuilder startTimeout(Duration startTimeout) {
        this.startTimeout = startTimeout;
        return this;
    }

    /**
     * Starts the servers and waits until all accept connections and the replicas stream.
     *
     * @throws EmbeddedClusterException where they cannot be started, with the reason and what to do about it
     */
    public EmbeddedCluster start() {
        ClusterOptions options = new ClusterOptions(
                replicas, ports, directory, relays, user, password, database, startTimeout, Map.copyOf(settings));
        return EmbeddedCluster.start(options, stopsWithJvm);
    }
}
