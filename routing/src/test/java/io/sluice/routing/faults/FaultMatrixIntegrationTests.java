package io.sluice.routing.faults;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.RoutingException;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.faults.FaultLoad.Failure;
import io.sluice.routing.faults.FaultLoad.Kind;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readers and writers see while a server fails under load: one row per fault, for a replica and for the primary.
 *
 * <p>Commits wait for one replica ({@code synchronous_standby_names}), so that what was acknowledged survives a
 * failover to the replica that is ahead, and can be asked for afterwards.
 */
@PostgresTest(
        ownCluster = true,
        relays = true,
        settings = {"max_connections=60", "synchronous_standby_names=ANY 1 (\"node-1\", \"node-2\", \"node-3\")"})
class FaultMatrixIntegrationTests {

    private static final Logger LOG = LoggerFactory.getLogger(FaultMatrixIntegrationTests.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SESSIONS = 6;
    private static final int READERS = 6;
    /** So many requests of each kind must get through before a test goes on. */
    private static final int PROGRESS = 50;

    private final List<PostgresqlConnection> hogs = new ArrayList<>();
    private TestDatabase database;
    private RoutingConnectionFactory factory;
    private FaultLoad load;

    /** Faults after which the node does not answer. */
    enum Outage {
        KILL(ClusterNode::kill, ClusterNode::start, false),
        STOP(ClusterNode::stop, ClusterNode::start, false),
        HANG(ClusterNode::hang, ClusterNode::resume, true),
        CUT(ClusterNode::cutNetwork, ClusterNode::restoreNetwork, true),
        RESET(ClusterNode::resetNetwork, ClusterNode::restoreNetwork, false);

        private final Consumer<ClusterNode> begin;
        private final Consumer<ClusterNode> end;
        /** Nobody says that the node is gone: what is under way there is lost to its caller's patience. */
        private final boolean silent;

        Outage(Consumer<ClusterNode> begin, Consumer<ClusterNode> end, boolean silent) {
            this.begin = begin;
            this.end = end;
            this.silent = silent;
        }
    }

    /**
     * Netty's detector would end the build: the driver (1.1.3) does not release the parameters of a statement that begins on
     * a connection that has just died, nor every row that was on its way to a subscriber that left.
     */
    @BeforeAll
    static void withoutLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void withLeakDetector() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @BeforeEach
    void open() {
        database.execute("CREATE TABLE IF NOT EXISTS registers (id int PRIMARY KEY, value bigint NOT NULL);"
                + " TRUNCATE registers; INSERT INTO registers SELECT id, 0 FROM generate_series(1, 100) id");
        database.cluster().awaitReplicas(LIMIT);
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().maxSize(20).acquireTimeout(Duration.ofSeconds(2));
        database.nodes().forEach(builder::node);
        factory = builder.build();
        eventually("all nodes are up", () -> usable() == 3);
        load = new FaultLoad(factory).sessions(SESSIONS).readers(READERS);
        progress("the load is under way");
        load.forgetFailures();
    }

    /** Whatever happened: nothing was read against its token, nothing leaks, the servers are at rest. */
    @AfterEach
    void nothingIsStaleAndNothingLeaks() {
        if (load != null) {
            load.close();
        }
        hogs.forEach(hog -> hog.close().block(LIMIT));
        hogs.clear();
        database.cluster().nodes().forEach(this::heal);
        try {
            eventually("everything is given back", () -> factory.state().nodes().stream()
                    .allMatch(node -> node.pool().acquired() == 0 && node.pool().pending() == 0));
            for (ClusterNode node : database.cluster().nodes()) {
                eventually("no statement or transaction is left on " + node.name(), () -> busy(node) == 0);
            }
            assertThat(load.stale()).isEmpty();
            assertThat(load.failures()).allSatisfy(failure -> assertThat(failure.error())
                    .as("failures are typed")
                    .isInstanceOfAny(R2dbcException.class, TimeoutException.class));
        } finally {
            factory.close().block(LIMIT);
        }
        for (ClusterNode node : database.cluster().nodes()) {
            eventually("the router leaves " + node.name(), () -> connections(node) == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplicaThatFailsIsRoutedAroundAndComesBack(Outage outage) {
        ClusterNode victim = database.cluster().replicas().get(0);
        long noticed = strike(outage, victim);
        progress("reads and writes go on");

        assertThat(failed(Kind.WRITE))
                .as("writes have nothing to do with a replica")
                .isEmpty();
        assertThat(failed(Kind.READ, Kind.TOKEN_READ).stream().filter(failure -> failure.beganNanos() > noticed))
                .as("reads that began when the loss was known")
                .isEmpty();
        if (outage.silent) {
            outage.end.accept(victim);
        } else {
            assertThat(failed(Kind.READ, Kind.TOKEN_READ)).isEmpty();
            outage.end.accept(victim);
        }
        eventually("the replica is back", () -> usable() == 3);
        long back = System.nanoTime();
        progress("all goes on");
        assertThat(load.failures().stream().filter(failure -> failure.beganNanos() > back))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAPrimaryReadsGoOnAndWritesFailInTimeUntilItIsBack(Outage outage) {
        ClusterNode victim = database.cluster().primary();
        long noticed = strike(outage, victim);
        long before = load.reads();
        eventually("reads go on", () -> load.reads() > before + 100);
        eventually("writes are refused", () -> failed(Kind.WRITE).stream()
                .anyMatch(failure -> failure.beganNanos() > noticed));

        assertThat(failed(Kind.READ)).as("readers").isEmpty();
        assertThat(failed(Kind.WRITE, Kind.TOKEN_READ).stream().filter(failure -> failure.beganNanos() > noticed))
                .as("those that need the primary are told in time, and that nothing was sent")
                .allSatisfy(failure -> assertThat(failure.error()).isInstanceOf(RoutingException.class));
        outage.end.accept(victim);
        eventually("the primary is back", () -> usable() == 3);
        progress("writes go on");
        assertThat(failed(Kind.READ)).as("readers").isEmpty();
    }

    @Test
    void tokensAreHonouredWhileReplayIsPausedOnOneReplica() {
        ClusterNode victim = database.cluster().replicas().get(0);
        victim.pauseReplay();
        progress("reads and writes go on");
        victim.resumeReplay();
        progress("reads and writes still go on");
        assertThat(load.failures()).isEmpty();
    }

    @Test
    void tokensAreHonouredWhileReplayIsPausedEverywhere() {
        database.cluster().replicas().forEach(ClusterNode::pauseReplay);
        progress("reads and writes go on");
        database.cluster().replicas().forEach(ClusterNode::resumeReplay);
        progress("reads and writes still go on");
        assertThat(load.failures()).isEmpty();
    }

    @Test
    void aReplicaWithoutConnectionsLeftFailsNobody() {
        exhaust(database.cluster().replicas().get(0));
        load.readers(3 * READERS);
        progress("reads and writes go on");
        assertThat(load.failures()).isEmpty();
    }

    @Test
    void aPrimaryWithoutConnectionsLeftServesThoseItHasAndRefusesOthers() {
        exhaust(database.cluster().primary());
        load.sessions(3 * SESSIONS);
        progress("reads and writes go on");
        assertThat(failed(Kind.READ)).isEmpty();
        assertThat(failed(Kind.WRITE, Kind.TOKEN_READ))
                .allSatisfy(failure -> assertThat(failure.error()).isInstanceOf(R2dbcException.class));
        hogs.forEach(hog -> hog.close().block(LIMIT));
        hogs.clear();
        long free = System.nanoTime();
        progress("all goes on");
        assertThat(load.failures().stream().filter(failure -> failure.beganNanos() > free))
                .isEmpty();
    }

    /** Once it was dead, once it only could not be reached: then the pool's connections to it work again, too. */
    @ParameterizedTest
    @EnumSource(names = {"KILL", "CUT"})
    void aPromotedReplicaTakesTheWritesAndTheOldPrimaryIsFencedWhenItComesBack(Outage outage) {
        ClusterNode old = database.cluster().primary();
        strike(outage, old);
        ClusterNode ahead = database.cluster().replicas().stream()
                .max(Comparator.comparing(FaultMatrixIntegrationTests::received))
                .orElseThrow();
        ahead.promote();
        eventually("the new primary is found", () -> nameOf(ahead)
                .equals(factory.state().primary()));
        progress("reads and writes go on");

        outage.end.accept(old);
        eventually("the old one is fenced", () -> report(old).state().fenced());
        eventually("what it was told before is over", () -> {
            endWaitsForReplicas(old);
            return busy(old) == 0;
        });
        String left =
                database.query(old, "SELECT sum(value) FROM registers").get(0).get(0);
        progress("reads and writes go on beside it");
        assertThat(database.query(old, "SELECT sum(value) FROM registers")
                        .get(0)
                        .get(0))
                .as("nothing is written to the old primary")
                .isEqualTo(left);
        assertThat(failed(Kind.READ)).isEmpty();

        old.rejoin();
        eventually("it is a replica now", () -> usable() == 3);
        progress("reads and writes go on with it");
    }

    /** A test that has failed must not take the others along. */
    private void heal(ClusterNode node) {
        node.restoreNetwork();
        if (!node.isRunning()) {
            node.start();
        }
        node.resume();
        if (node.query("SELECT 1 WHERE CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END")
                        .size()
                == 1) {
            node.resumeReplay();
        }
        if (node != database.cluster().primary()
                && node.query("SELECT 1 WHERE NOT pg_is_in_recovery()").size() == 1) {
            node.rejoin();
        }
    }

    private long strike(Outage outage, ClusterNode victim) {
        long began = System.nanoTime();
        outage.begin.accept(victim);
        long done = System.nanoTime();
        eventually("the loss is noticed", () -> usable() == 2);
        long noticed = System.nanoTime();
        LOG.info(
                "{} of {}: done after {} ms, routed around after {} ms",
                outage,
                victim.name(),
                (done - began) / 1_000_000,
                (noticed - began) / 1_000_000);
        return noticed;
    }

    private void progress(String what) {
        long writes = load.writes();
        long tokenReads = load.tokenReads();
        long reads = load.reads();
        eventually(
                what,
                () -> load.writes() > writes + PROGRESS
                        && load.tokenReads() > tokenReads + PROGRESS
                        && load.reads() > reads + PROGRESS);
    }

    private List<Failure> failed(Kind... kinds) {
        return load.failures().stream()
                .filter(failure -> List.of(kinds).contains(failure.kind()))
                .toList();
    }

    private void exhaust(ClusterNode node) {
        NodeAddress address = node.address();
        PostgresqlConnectionFactory driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .username(address.user())
                .password(address.password())
                .applicationName("hog")
                .build());
        try {
            while (true) {
                hogs.add(driver.create().block(LIMIT));
            }
        } catch (R2dbcException full) {
            assertThat(full.getSqlState()).isEqualTo("53300");
        }
    }

    private long usable() {
        return factory.state().nodes().stream()
                .filter(node -> node.state().usable())
                .count();
    }

    private NodeReport report(ClusterNode node) {
        return factory.state().nodes().stream()
                .filter(report -> report.state().node().equals(nameOf(node)))
                .findFirst()
                .orElseThrow();
    }

    private static String nameOf(ClusterNode node) {
        return node.address().name();
    }

    private static String received(ClusterNode node) {
        return String.valueOf(
                node.query("SELECT lpad(split_part(lsn, '/', 1), 8, '0') || lpad(split_part(lsn, '/', 2), 8, '0')"
                                + " FROM (SELECT pg_last_wal_receive_lsn()::text AS lsn) AS position")
                        .get(0)
                        .get(0));
    }

    /** A commit that waits for a replica since before an outage becomes visible only when its wait is broken off. */
    private static void endWaitsForReplicas(ClusterNode node) {
        node.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }

    private static long busy(ClusterNode node) {
        return count(node, "application_name NOT IN ('hog', 'sluice-embedded') AND state <> 'idle'");
    }

    private static long connections(ClusterNode node) {
        return count(node, "application_name NOT IN ('hog', 'sluice-embedded')");
    }

    private static long count(ClusterNode node, String condition) {
        return Long.parseLong(String.valueOf(node.query("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE backend_type = 'client backend' AND " + condition)
                .get(0)
                .get(0)));
    }
}
