package io.sluice.routing.consistency;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.consistency.Session.Habits;
import io.sluice.routing.consistency.Session.Tokens;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many sessions write and read the same registers while replicas lag at random, fail, and one is promoted: no session is
 * ever shown less than what its token, its consistency level or the clock promises, and no confirmed write is lost.
 *
 * <p>The router here takes a replica however far behind it is, so that nothing but tokens protects a session. Two tests
 * leave tokens out and must find the violations that follow. Commits wait for one replica, the one that is promoted.
 * {@code -Dsluice.test.seed=...} repeats the choices (not the timing), {@code -Dsluice.test.disturbances=...} goes on for
 * longer.
 */
@PostgresTest(
        ownCluster = true,
        settings = {"max_connections=60", "synchronous_standby_names=ANY 1 (\"node-1\", \"node-2\", \"node-3\")"})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsIntegrationTests {

    private static final Logger LOG = LoggerFactory.getLogger(SessionsIntegrationTests.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration ANY_LAG = Duration.ofHours(1);
    private static final int REGISTERS = 5;
    private static final int SESSIONS = 12;
    private static final int DISTURBANCES = Integer.getInteger("sluice.test.disturbances", 8);

    private final long seed =
            Long.getLong("sluice.test.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
    private final Random random = new Random(seed);
    private TestDatabase database;
    private RoutingConnectionFactory factory;
    private Sessions sessions;

    private enum Disturbance {
        PAUSED_REPLAY,
        DELAYED_REPLAY,
        HANG,
        KILL
    }

    private static final Disturbance[] LAGS = {Disturbance.PAUSED_REPLAY, Disturbance.DELAYED_REPLAY};

    /** The driver does not release what it could not send on a connection that has just died; see the fault matrix. */
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
        LOG.info("-Dsluice.test.seed={}", seed);
        database.execute("DROP TABLE IF EXISTS registers; CREATE TABLE registers AS"
                + " SELECT id, 0::bigint AS value FROM generate_series(0, " + (REGISTERS - 1) + ") id;"
                + " ALTER TABLE registers ADD PRIMARY KEY (id)");
        database.cluster().awaitReplicas(LIMIT);
    }

    private Sessions sessions(boolean asyncCommit) {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .maxSize(15)
                .maxLag(ANY_LAG)
                .preferredLag(ANY_LAG)
                .slowStart(Duration.ZERO)
                .asyncCommit(asyncCommit);
        database.nodes().forEach(builder::node);
        factory = builder.build();
        eventually("all nodes are up", () -> usable() == 3);
        sessions = new Sessions(factory, REGISTERS, seed);
        return sessions;
    }

    @AfterEach
    void close() {
        sessions.close();
        database.cluster().replicas().stream()
                .filter(ClusterNode::isRunning)
                .forEach(SessionsIntegrationTests::catchUp);
        eventually("everything is given back", () -> factory.state().nodes().stream()
                .allMatch(node -> node.pool().acquired() == 0));
        LOG.info("{} requests, failures: {}", sessions.succeeded(), sessions.failures());
        factory.close().block(LIMIT);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void noSessionGoesBackInTimeThroughLagFaultsAndAPromotion() {
        sessions(false).start(SESSIONS, new Habits(Tokens.ALL, 0.3, 0));
        for (Disturbance disturbance : shuffled(Disturbance.values(), DISTURBANCES)) {
            disturb(anyOf(database.cluster().replicas()), disturbance);
        }
        ClusterNode old = promote();
        for (Disturbance lag : LAGS) {
            disturb(replicaBeside(old), lag);
        }
        old.stop();

        assertThat(sessions.violations()).as("seed " + seed).isEmpty();
    }

    @Test
    void noSessionGoesBackInTimeWhereCommitsDoNotWaitForTheDisk() {
        sessions(true).start(SESSIONS, new Habits(Tokens.ALL, 0.3, 0.5));
        for (Disturbance lag : shuffled(LAGS, DISTURBANCES / 2)) {
            disturb(anyOf(database.cluster().replicas()), lag);
        }

        assertThat(sessions.violations()).as("seed " + seed).isEmpty();
    }

    @Test
    void withoutTokensSessionsMissTheirOwnWrites() {
        sessions(false).start(SESSIONS, new Habits(Tokens.NONE, 0.3, 0));
        database.cluster().replicas().forEach(ClusterNode::pauseReplay);

        eventually("it is noticed", () -> !sessions.violations().isEmpty());
    }

    @Test
    void withoutTokensOfReadsSessionsGoBackInTime() {
        sessions(false).start(1, new Habits(Tokens.ALL, 1, 0)).start(SESSIONS, new Habits(Tokens.OF_WRITES, 0, 0));
        database.cluster().replicas().get(0).pauseReplay();

        eventually("it is noticed", () -> !sessions.violations().isEmpty());
    }

    /** Until every session has got on, so that reads really meet it. */
    private void disturb(ClusterNode replica, Disturbance disturbance) {
        LOG.info("{} of {} after {} requests", disturbance, replica.name(), sessions.succeeded());
        switch (disturbance) {
            case PAUSED_REPLAY -> replica.pauseReplay();
            case DELAYED_REPLAY -> replica.delayReplay(Duration.ofMillis(1 + random.nextInt(200)));
            case HANG -> replica.hang();
            case KILL -> replica.kill();
        }
        progress(disturbance + " of " + replica.name());
        switch (disturbance) {
            case PAUSED_REPLAY -> replica.resumeReplay();
            case DELAYED_REPLAY -> replica.delayReplay(Duration.ZERO);
            case HANG -> replica.resume();
            case KILL -> replica.start();
        }
        eventually(replica.name() + " is back", () -> usable() >= 2);
    }

    /** The primary dies, the replica that is ahead takes over, and the old primary comes back as if nothing had been. */
    private ClusterNode promote() {
        ClusterNode old = database.cluster().primary();
        eventually("both replicas are up", () -> usable() == 3);
        old.kill();
        ClusterNode ahead = database.cluster().replicas().stream()
                .max(Comparator.comparing(SessionsIntegrationTests::received))
                .orElseThrow();
        ahead.promote();
        LOG.info("{} has taken over from {}", ahead.name(), old.name());
        progress("all goes on with the new primary");
        old.start();
        eventually("the old primary is fenced", () -> factory.state().nodes().stream()
                .anyMatch(node -> node.state().fenced()));
        progress("all goes on beside the old primary");
        return old;
    }

    private ClusterNode replicaBeside(ClusterNode old) {
        return database.cluster().replicas().stream()
                .filter(node -> !node.equals(old))
                .findFirst()
                .orElseThrow();
    }

    private void progress(String what) {
        List<Long> before = sessions.progress();
        eventually(what, () -> sessions.allMovedBy(20, before));
    }

    /** As many of each kind, in random order. */
    private List<Disturbance> shuffled(Disturbance[] kinds, int count) {
        List<Disturbance> disturbances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            disturbances.add(kinds[i % kinds.length]);
        }
        Collections.shuffle(disturbances, random);
        return disturbances;
    }

    private <T> T anyOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private long usable() {
        return factory.state().nodes().stream()
                .filter(node -> node.state().usable())
                .count();
    }

    private static void catchUp(ClusterNode replica) {
        replica.resumeReplay();
        replica.delayReplay(Duration.ZERO);
    }

    private static Lsn received(ClusterNode node) {
        return Lsn.parse(String.valueOf(
                node.query("SELECT pg_last_wal_receive_lsn()").get(0).get(0)));
    }
}
