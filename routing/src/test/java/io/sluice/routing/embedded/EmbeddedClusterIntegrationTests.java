package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class EmbeddedClusterIntegrationTests extends ClusterContract {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private EmbeddedCluster cluster;

    @Override
    PostgresCluster startCluster() {
        EmbeddedClusterBuilder builder = EmbeddedCluster.builder().replicas(2).withRelays();
        SETTINGS.forEach(builder::setting);
        cluster = builder.start();
        return cluster;
    }

    @Test
    void itSortsByCodePointAndKnowsTheLettersOfUnicode() {
        assertThat(cluster.primary()
                        .query("SELECT upper('é'), 'B' < 'a', current_setting('server_version_num')::int / 10000"))
                .containsExactly(List.of("É", "t", "18"));
    }

    @Test
    void aCrashEndsTheBackendsToo() throws Exception {
        ClusterNode replica = cluster.replicas().get(0);
        try (Sql session = Sql.connect(replica.address())) {
            long backend = Long.parseLong(String.valueOf(session.value("SELECT pg_backend_pid()")));
            CompletableFuture<?> sleeping = CompletableFuture.runAsync(() -> session.query("SELECT pg_sleep(600)"));
            replica.kill();
            assertThat(ProcessHandle.of(backend).filter(Postmaster::lives)).isEmpty();
            assertThatThrownBy(() -> sleeping.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isNotInstanceOf(TimeoutException.class);
        } finally {
            replica.start();
        }
    }
}
