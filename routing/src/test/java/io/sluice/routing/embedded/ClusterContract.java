package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Every fault, on one cluster with relays and two replicas, whatever its servers run in; each test leaves it whole. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ClusterContract {

    static final Map<String, String> SETTINGS = Map.of("max_connections", "50", "work_mem", "5MB");

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long SILENCE_MS = 400;

    private PostgresCluster cluster;

    /** A cluster with two replicas, relays and {@link #SETTINGS}. */
    abstract PostgresCluster startCluster();

    @BeforeAll
    void start() {
        cluster = startCluster();
        cluster.primary().execute("CREATE TABLE notes (text text)");
    }

    @AfterAll
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void everyReplicaFollows() {
        write("the end of a test");
        cluster.awaitReplicas(LIMIT);
        assertThat(cluster.nodes()).allMatch(ClusterNode::isRunning);
    }

    private void write(String text) {
        cluster.primary().execute("INSERT INTO notes VALUES ('" + text + "')");
    }

    private static boolean has(ClusterNode node, String text) {
        return !node.query("SELECT 1 FROM notes WHERE text = '" + text + "'").isEmpty();
    }

    private static String value(ClusterNode node, String sql) {
        return String.valueOf(node.query(sql).get(0).get(0));
    }

    @Test
    void itIsARealPrimaryWithReplicasThatStream() {
        ClusterNode primary = cluster.primary();
        assertThat(primary.query("SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'"))
                .containsExactlyInAnyOrderElementsOf(cluster.replicas().stream()
                        .map(replica -> List.of(replica.name()))
                        .toList());
        assertThat(value(primary, "SHOW wal_level")).isEqualTo("logical");
        assertThat(value(primary, "SHOW server_encoding")).isEqualTo("UTF8");
        assertThat(value(primary, "SHOW max_connections")).isEqualTo("50");
        assertThat(value(primary, "SHOW work_mem")).isEqualTo("5MB");
        assertThat(value(primary, "SELECT rolpassword LIKE 'SCRAM-SHA-256%' FROM pg_authid WHERE rolname = user"))
                .isEqualTo("t");
        assertThat(cluster.replicas()).allSatisfy(replica -> assertThat(value(replica, "SELECT pg_is_in_recovery()"))
                .isEqualTo("t"));
    }

    @Test
    void aWrongPasswordIsRefused() {
        var right = cluster.primary().address();
        var wrong = new io.sluice.routing.topology.NodeAddress(
                right.host(), right.port(), right.database(), right.user(), "wrong", right.options());
        assertThatThrownBy(() -> Sql.query(wrong, "SELECT 1"))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void aKilledReplicaComesBackAndCatchesUp() {
        ClusterNode replica = cluster.replicas().get(0);
        replica.kill();
        assertThat(replica.isRunning()).isFalse();
        assertThatThrownBy(() -> replica.query("SELECT 1")).isInstanceOf(R2dbcException.class);
        write("while a replica was dead");
        replica.start();
        cluster.awaitReplicas(LIMIT);
        assertThat(has(replica, "while a replica was dead")).isTrue();
    }

    @Test
    void aKilledPrimaryComesBackWithWhatItHadCommitted() {
        write("before the crash");
        cluster.primary().kill();
        assertThat(cluster.primary().isRunning()).isFalse();
        cluster.primary().start();
        assertThat(has(cluster.primary(), "before the crash")).isTrue();
        write("after the crash");
        cluster.awaitReplicas(LIMIT);
        assertThat(has(cluster.replicas().get(0), "after the crash")).isTrue();
    }

    @Test
    void stopStartAndRestartKeepTheAddress() {
        ClusterNode replica = cluster.replicas().get(1);
        var address = replica.address();
        replica.stop();
        replica.stop();
        assertThat(replica.isRunning()).isFalse();
        replica.start();
        assertThatThrownBy(replica::start).isInstanceOf(IllegalStateException.class);
        String startedAt = value(replica, "SELECT pg_postmaster_start_time()");
        replica.restart();
        assertThat(value(replica, "SELECT pg_postmaster_start_time()")).isNotEqualTo(startedAt);
        assertThat(replica.address()).isEqualTo(address);
    }

    @Test
    void aPromotedReplicaIsFollowedAndTheOldPrimaryComesBackAsOneOrAsAReplica() {
        ClusterNode old = cluster.primary();
        ClusterNode promoted = cluster.replicas().get(0);
        ClusterNode other = cluster.replicas().get(1);
        old.kill();
        promoted.promote();
        assertThat(cluster.primary()).isSameAs(promoted);
        write("on the new timeline");
        cluster.awaitReplicas(LIMIT);
        assertThat(has(other, "on the new timeline")).isTrue();

        old.start();
        assertThat(value(old, "SELECT pg_is_in_recovery()")).as("split brain").isEqualTo("f");
        old.execute("INSERT INTO notes VALUES ('lost')");

        old.rejoin();
        cluster.awaitReplicas(LIMIT);
        assertThat(value(old, "SELECT pg_is_in_recovery()")).isEqualTo("t");
        assertThat(has(old, "on the new timeline")).isTrue();
        assertThat(has(old, "lost")).isFalse();
    }

    @Test
    void promotionBesideALivingPrimaryTakesTheOtherReplicasAlong() {
        ClusterNode old = cluster.primary();
        ClusterNode promoted = cluster.replicas().get(1);
        promoted.promote();
        old.execute("INSERT INTO notes VALUES ('lost as well')");
        write("beside the old primary");
        cluster.replicas().stream().filter(node -> node != old).forEach(node -> {
            Await.orFail(LIMIT, () -> has(node, "beside the old primary"), () -> node.name() + " does not follow");
            assertThat(has(node, "lost as well")).isFalse();
        });
        old.rejoin();
    }

    @Test
    void replayPausesAndGoesOn() {
        ClusterNode replica = cluster.replicas().get(0);
        replica.pauseReplay();
        write("while replay was paused");
        String written = value(cluster.primary(), "SELECT pg_current_wal_lsn()");
        Await.orFail(
                LIMIT,
                () -> "t".equals(value(replica, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'")),
                () -> "the replica does not receive");
        assertThat(has(replica, "while replay was paused")).isFalse();
        replica.resumeReplay();
        cluster.awaitReplicas(LIMIT);
        assertThat(has(replica, "while replay was paused")).isTrue();
    }

    @Test
    void replayIsDelayed() {
        ClusterNode replica = cluster.replicas().get(0);
        replica.delayReplay(Duration.ofMinutes(10));
        write("delayed");
        String written = value(cluster.primary(), "SELECT pg_current_wal_lsn()");
        Await.orFail(
                LIMIT,
                () -> "t".equals(value(replica, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'")),
                () -> "the replica does not receive");
        assertThat(has(replica, "delayed")).isFalse();
        replica.delayReplay(Duration.ZERO);
        cluster.awaitReplicas(LIMIT);
        assertThat(has(replica, "delayed")).isTrue();
    }

    @Test
    void aHungServerKeepsConnectionsAndAnswersLater() throws Exception {
        ClusterNode replica = cluster.replicas().get(0);
        try (Sql session = Sql.connect(replica.address())) {
            replica.hang();
            assertThat(replica.isRunning()).isTrue();
            assertSilentUntil(replica::resume, session);
        }
    }

    @Test
    void aCutNetworkIsSilentForClientsAndForReplication() throws Exception {
        ClusterNode replica = cluster.replicas().get(1);
        try (Sql session = Sql.connect(replica.address())) {
            replica.cutNetwork();
            write("during the cut");
            cluster.replicas().stream()
                    .filter(node -> node != replica)
                    .forEach(node ->
                            Await.orFail(LIMIT, () -> has(node, "during the cut"), () -> "the others must not notice"));
            assertThat(has(replica, "during the cut")).isFalse();
            assertSilentUntil(replica::restoreNetwork, session);
        }
        cluster.awaitReplicas(LIMIT);
        assertThat(has(replica, "during the cut")).isTrue();
    }

    @Test
    void aCutPrimaryReachesNoReplica() throws Exception {
        try (Sql session = Sql.connect(cluster.primary().address())) {
            cluster.primary().cutNetwork();
            write("alone");
            assertThat(cluster.replicas()).noneMatch(replica -> has(replica, "alone"));
            assertSilentUntil(cluster.primary()::restoreNetwork, session);
        }
        cluster.awaitReplicas(LIMIT);
        assertThat(cluster.replicas()).allMatch(replica -> has(replica, "alone"));
    }

    private static void assertSilentUntil(Runnable end, Sql session) throws Exception {
        CompletableFuture<?> answer = CompletableFuture.supplyAsync(() -> session.query("SELECT 1"));
        assertThatThrownBy(() -> answer.get(SILENCE_MS, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        end.run();
        assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(List.of(List.of("1")));
    }

    @Test
    void aResetNetworkEndsConnections() {
        ClusterNode replica = cluster.replicas().get(0);
        Sql session = Sql.connect(replica.address());
        replica.resetNetwork();
        assertThatThrownBy(() -> session.query("SELECT 1")).isInstanceOf(R2dbcException.class);
        assertThatThrownBy(() -> Sql.connect(replica.address())).isInstanceOf(R2dbcException.class);
        assertThatCode(() -> replica.query("SELECT 1"))
                .as("the cluster has a way of its own")
                .doesNotThrowAnyException();
        replica.restoreNetwork();
        assertThat(Sql.query(replica.address(), "SELECT 1")).hasSize(1);
    }

    @Test
    void aReplicaCanBeAddedLater() {
        int before = cluster.replicas().size();
        ClusterNode added = cluster.addReplica();
        write("for the new one");
        cluster.awaitReplicas(LIMIT);
        assertThat(cluster.replicas()).hasSize(before + 1).contains(added);
        assertThat(has(added, "for the new one")).isTrue();
    }

    @Test
    void anEventLoopMustNotWait() {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        reactor.core.scheduler.Schedulers.parallel().schedule(() -> {
            try {
                cluster.primary().query("SELECT 1");
                refused.complete(new AssertionError("it waited"));
            } catch (IllegalStateException e) {
                refused.complete(e);
            }
        });
        assertThat(refused.join()).hasMessageContaining("must not block");
    }
}
