package io.sluice.routing.embedded;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. Its port on the host is chosen by us and stays: a port that Docker chooses changes with each
 * start, and a server that comes back must be found again.
 */
final class ContainerNode implements ClusterNode {

    private static final Duration START = Duration.ofSeconds(90);
    private static final int PORT = 5432;
    private static final int STOP_SECONDS = 20;
    private static final String USER = "postgres";
    private static final String PASSWORD = "sluice";
    private static final String DATA = "/var/lib/postgresql/cluster";

    private static final String ALLOW_REPLICATION =
            "echo 'host replication all all scram-sha-256' >> \"$PGDATA/pg_hba.conf\"\n";

    /** Copies the primary, if that has not been done yet, and then goes the way of the image. */
    private static final String REPLICA = """
            set -e
            if [ ! -s "$PGDATA/PG_VERSION" ]; then
              until pg_basebackup --verbose --no-sync -R -X stream -c fast -S %1$s -D "$PGDATA" \
                  -d "host=%2$s port=5432 user=postgres password=$POSTGRES_PASSWORD application_name=%3$s \
                      connect_timeout=5"; do
                rm -rf "$PGDATA"; sleep 0.2
              done
              chown -R postgres:postgres "$PGDATA"
              chmod 700 "$PGDATA"
            fi
            exec docker-entrypoint.sh "$@"
            """;

    private final ContainerCluster cluster;
    private final int number;
    private final int hostPort = Ports.free();
    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final @Nullable Relay relay;
    private @Nullable GenericContainer<?> container;
    private boolean cut;

    ContainerNode(ContainerCluster cluster, int number) {
        this.cluster = cluster;
        this.number = number;
        try {
            this.relay = cluster.hasRelays() ? new Relay(0, Relay.loopback(hostPort)) : null;
        } catch (IOException e) {
            throw Ports.taken(hostPort, e);
        }
    }

    void createPrimary() {
        run(container(postgres())
                .withCopyToContainer(
                        Transferable.of(ALLOW_REPLICATION, 0755), "/docker-entrypoint-initdb.d/replication.sh"));
    }

    void createReplica(ContainerNode primary) {
        List<String> command = new ArrayList<>(List.of("bash", "-c"));
        command.add(REPLICA.formatted(slot(), primary.name(), name()));
        command.add("replica");
        command.addAll(postgres());
        run(container(command));
    }

    private List<String> postgres() {
        List<String> command = new ArrayList<>(List.of("postgres"));
        cluster.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    private GenericContainer<?> container(List<String> command) {
        return new OnBothNetworks(DockerImageName.parse(cluster.image()))
                .withNetwork(cluster.front())
                .withEnv("POSTGRES_PASSWORD", PASSWORD)
                .withEnv("PGDATA", DATA)
                .withCommand(command.toArray(String[]::new))
                .withExposedPorts(PORT)
                .withCreateContainerCmdModifier(create -> create.getHostConfig()
                        .withPortBindings(
                                new PortBinding(Binding.bindIpAndPort("127.0.0.1", hostPort), new ExposedPort(PORT))))
                .waitingFor(new NoWait());
    }

    /**
     * Among its peers before its first process runs. One that starts with the front network alone may learn a peer's
     * address before it has a way there, and then waits on that connection for two minutes without a word.
     */
    private final class OnBothNetworks extends GenericContainer<OnBothNetworks> {

        OnBothNetworks(DockerImageName image) {
            super(image);
        }

        @Override
        protected void containerIsCreated(String containerId) {
            connectToPeers(containerId);
        }
    }

    /** Whether the server answers is asked by {@link #awaitReady()}, after each start in the same way. */
    private static final class NoWait extends AbstractWaitStrategy {

        @Override
        protected void waitUntilReady() {}
    }

    private void run(GenericContainer<?> next) {
        container = next;
        next.start();
        awaitReady();
    }

    private void connectToPeers(String containerId) {
        docker.connectToNetworkCmd()
                .withContainerId(containerId)
                .withNetworkId(cluster.back().getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(name()))
                .exec();
    }

    private void awaitReady() {
        Await.orFail(START, this::answers, () -> name() + " does not answer:\n" + log());
    }

    private boolean answers() {
        try {
            return !Sql.query(direct(), "SELECT 1").isEmpty();
        } catch (R2dbcException | EmbeddedClusterException notYet) {
            if (!isRunning()) {
                throw new EmbeddedClusterException(name() + " did not start:\n" + log(), notYet);
            }
            return false;
        }
    }

    String log() {
        GenericContainer<?> current = container;
        return current == null ? "(no container)" : current.getLogs();
    }

    private String id() {
        GenericContainer<?> current = container;
        if (current == null) {
            throw new IllegalStateException(name() + " has not been started");
        }
        return current.getContainerId();
    }

    private @Nullable ContainerState state() {
        return container == null || container.getContainerId() == null
                ? null
                : docker.inspectContainerCmd(id()).exec().getState();
    }

    String slot() {
        return "node_" + number;
    }

    NodeAddress direct() {
        return address(hostPort, "postgres");
    }

    private static NodeAddress address(int port, String database) {
        return new NodeAddress("127.0.0.1", port, database, USER, PASSWORD, Map.of());
    }

    @Override
    public String name() {
        return "node-" + number;
    }

    @Override
    public NodeAddress address() {
        return address(relay == null ? hostPort : relay.port(), "postgres");
    }

    @Override
    public boolean isRunning() {
        ContainerState state = state();
        return state != null && Boolean.TRUE.equals(state.getRunning());
    }

    private boolean isHung() {
        ContainerState state = state();
        return state != null && Boolean.TRUE.equals(state.getPaused());
    }

    @Override
    public void start() {
        if (isRunning()) {
            throw new IllegalStateException(name() + " is running");
        }
        docker.startContainerCmd(id()).exec();
        awaitReady();
    }

    @Override
    public void stop() {
        if (isRunning()) {
            resume();
            docker.stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
        }
    }

    @Override
    public void kill() {
        if (isRunning()) {
            // A frozen container takes no signal. What wakes up for this moment sends nothing that a dying one may not.
            resume();
            docker.killContainerCmd(id()).withSignal("KILL").exec();
            Await.orFail(START, () -> !isRunning(), () -> name() + " does not end");
        }
    }

    @Override
    public void hang() {
        docker.pauseContainerCmd(id()).exec();
    }

    @Override
    public void resume() {
        if (isHung()) {
            docker.unpauseContainerCmd(id()).exec();
        }
    }

    @Override
    public void promote() {
        cluster.promote(this);
    }

    @Override
    public void rejoin() {
        cluster.rejoin(this);
    }

    void follow(ContainerNode primary) {
        Sql.query(
                direct(),
                "ALTER SYSTEM SET primary_conninfo = 'host=" + primary.name() + " port=5432 user=" + USER + " password="
                        + PASSWORD + " application_name=" + name() + " connect_timeout=5'");
        Sql.query(direct(), "SELECT pg_reload_conf()");
    }

    @Override
    public void pauseReplay() {
        Replication.pauseReplay(direct());
    }

    @Override
    public void resumeReplay() {
        Replication.resumeReplay(direct());
    }

    @Override
    public void delayReplay(Duration delay) {
        Sql.query(direct(), "ALTER SYSTEM SET recovery_min_apply_delay = " + delay.toMillis());
        Sql.query(direct(), "SELECT pg_reload_conf()");
        Replication.awaitDelay(direct(), delay);
    }

    boolean isCut() {
        return cut;
    }

    @Override
    public void cutNetwork() {
        relay().cut();
        leavePeers();
    }

    @Override
    public void resetNetwork() {
        relay().reset();
        leavePeers();
    }

    private void leavePeers() {
        cut = true;
        docker.disconnectFromNetworkCmd()
                .withContainerId(id())
                .withNetworkId(cluster.back().getId())
                .exec();
    }

    @Override
    public void restoreNetwork() {
        relay().restore();
        if (cut) {
            connectToPeers(id());
            cut = false;
        }
    }

    private Relay relay() {
        if (relay == null) {
            throw new IllegalStateException("this cluster was started without relays");
        }
        return relay;
    }

    @Override
    public List<List<@Nullable String>> query(String database, String sql) {
        return Sql.query(address(hostPort, database), sql);
    }

    /** Ends the container and its data. */
    void remove() {
        GenericContainer<?> current = container;
        if (current != null) {
            resume();
            current.stop();
        }
    }

    void close() {
        remove();
        if (relay != null) {
            relay.close();
        }
    }
}
