package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the gateway holds for clients that do not read. */
class StreamMemoryIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int STREAMS = 10;
    private static final long MIB = 1024 * 1024;

    /** The allocator takes memory in pieces of up to 8 MiB, for each of the threads that use it. */
    private static final long PIECES = 40 * MIB;

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(0).start();
        cluster.primary().execute("""
                CREATE TABLE narrow AS SELECT n, 'x' AS t FROM generate_series(1, 1000000) AS n;
                CREATE VIEW wide AS SELECT n, repeat('x', 200000) AS t FROM narrow;
                CREATE VIEW widest AS SELECT n, repeat('x', 600000) AS data FROM narrow LIMIT 10;
                CREATE VIEW widening AS
                  SELECT n, repeat('x', CASE WHEN n < 3000 THEN 10 ELSE 200000 END) AS t FROM narrow""");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void itIsBoundedInBytesHoweverWideRowsAre() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(
                cluster.primary().address(),
                List.of(),
                "--sluice.pool.max-size=" + 2 * STREAMS,
                "--sluice.pool.acquire-timeout=60s",
                "--sluice.stream.stall-timeout=1h")) {
            long before = used();
            held(gateway, "narrow", "application/x-ndjson", before);
            held(gateway, "wide", "application/json", before);
            held(gateway, "widening", "text/csv", before);
        }
    }

    @Test
    void rowsWiderThanWhatMayWaitComeNevertheless() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(cluster.primary().address(), List.of())) {
            for (String accept : List.of("application/json", "text/csv", "application/x-ndjson")) {
                String body = new Http(gateway.url())
                        .get("/rest/v1/widest", "Accept", accept)
                        .body();
                assertThat(body.chars().filter(character -> character == 'x'))
                        .as(accept)
                        .hasSize(10 * 600_000);
            }
        }
    }

    private static void held(GatewayUnderTest gateway, String view, String accept, long before) {
        List<LeavingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS; i++) {
                LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/" + view, accept, 64 * 1024);
                assertThat(client.read(1500)).contains("200 OK");
                clients.add(client);
            }
            eventually(LIMIT, () -> assertThat(waiting()).isEqualTo(STREAMS));
            assertThat(mostUsed() - before)
                    .as("bytes for %d readers of %s who do not read", STREAMS, view)
                    .isLessThan(STREAMS * MIB + PIECES);
        } finally {
            clients.forEach(LeavingClient::close);
        }
        eventually(LIMIT, () -> assertThat(gateway.bean(RoutingConnectionFactory.class).state().nodes().stream()
                        .mapToInt(node -> node.pool().acquired())
                        .sum())
                .isZero());
    }

    /** Servers that have come to rest: what they sent nobody takes, or nobody asks for more. */
    private static int waiting() {
        return cluster.primary()
                .query(
                        "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                                + " AND state <> 'idle' AND wait_event IN ('ClientWrite', 'ClientRead')")
                .size();
    }

    /** For as long as a gateway that goes on reading would need to show it. */
    private static long mostUsed() {
        return Objects.requireNonNull(Flux.interval(Duration.ofMillis(100))
                .take(15)
                .map(n -> used())
                .reduce(0L, Math::max)
                .block(LIMIT));
    }

    private static long used() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
