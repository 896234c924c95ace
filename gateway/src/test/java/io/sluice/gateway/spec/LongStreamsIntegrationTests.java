package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.gateway.testing.Shop;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LongStreamsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RECEIVED = 256 * 1024;
    private static final Duration SLOW = Duration.ofSeconds(5);
    private static final String NDJSON = "application/x-ndjson";
    private static final String BUSY =
            "SELECT state, wait_event, query FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    + " AND pid <> pg_backend_pid() AND state <> 'idle' AND query NOT LIKE '%pg_is_in_recovery%'";

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(0).start();
        Shop.create(cluster.primary(), 200_000);
        cluster.primary().execute("""
                CREATE VIEW wide AS SELECT repeat('x', 30000000) AS t;
                CREATE FUNCTION slowly(n int) RETURNS text LANGUAGE plpgsql VOLATILE AS
                  'BEGIN PERFORM pg_sleep(0.01); RETURN repeat(''x'', 5000); END';
                CREATE VIEW endless AS SELECT n, slowly(n) AS t FROM generate_series(1, 1000000) AS n""");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aStalledReaderIsEndedAndItsConnectionIsFree() {
        try (GatewayUnderTest gateway = gateway("--sluice.stream.stall-timeout=1s");
                LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/orders", NDJSON, RECEIVED)) {
            assertThat(client.read(100)).contains("200 OK");
            assertThat(busyBackends()).hasSize(1);

            eventually(LIMIT, () -> assertThat(busyBackends()).isEmpty());
            eventually(LIMIT, () -> assertThat(acquired(gateway)).isZero());
            assertThat(restOf(client)).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void aSlowReaderGetsAllOfItThoughOneRowTakesLongerThanTheStallTimeout() throws Exception {
        try (GatewayUnderTest gateway = gateway("--sluice.stream.stall-timeout=2s");
                LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/wide", NDJSON, RECEIVED)) {
            String end = "";
            long begun = System.nanoTime();
            for (int pieces = 1; !end.contains("Sluice-Rows: 1\r\n\r\n"); pieces++) {
                String piece = client.read(64 * 1024);
                assertThat(piece).as("after %d pieces", pieces).isNotEmpty();
                end = (end + piece).substring(Math.max(0, end.length() + piece.length() - 30));
                if (pieces % 8 == 0 && System.nanoTime() - begun < SLOW.toNanos()) {
                    Thread.sleep(200);
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(SLOW);
            eventually(LIMIT, () -> assertThat(acquired(gateway)).isZero());
        }
    }

    @Test
    void longAnswersLeaveConnectionsToOthersAndOneTooManyIsRefusedBeforeItsFirstByte() {
        try (GatewayUnderTest gateway = gateway("--sluice.pool.max-size=4", "--sluice.pool.acquire-timeout=30s")) {
            Http http = new Http(gateway.url());
            List<LeavingClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/orders", NDJSON, RECEIVED);
                assertThat(client.read(100)).contains("200 OK");
                clients.add(client);
            }
            eventually(LIMIT, () -> assertThat(acquired(gateway)).isEqualTo(3));

            for (String accept : List.of(NDJSON, "application/json", "text/csv", "text/event-stream")) {
                HttpResponse<String> refused = http.get("/rest/v1/orders", "Accept", accept);
                assertThat(refused.statusCode()).as(accept).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(refused.body()).contains("SLUICE303", "3 long answers are running on");
            }
            HttpResponse<String> shorter = http.get("/rest/v1/orders?limit=100", "Accept", NDJSON);
            assertThat(shorter.statusCode()).isEqualTo(200);
            assertThat(shorter.body().lines()).hasSize(100);

            clients.remove(0).close();
            eventually(LIMIT, () -> assertThat(http.get("/rest/v1/orders?limit=9000", "Accept", NDJSON)
                            .statusCode())
                    .isEqualTo(200));
            clients.forEach(LeavingClient::close);
            eventually(LIMIT, () -> assertThat(acquired(gateway)).isZero());
            eventually(LIMIT, () -> assertThat(busyBackends()).isEmpty());
        }
    }

    @Test
    void anAnswerThatTakesTooLongEndsWithARecordAndABrokenConnection() {
        try (GatewayUnderTest gateway = gateway("--sluice.stream.max-duration=1s")) {
            StringBuilder seen = new StringBuilder();
            HttpResponse<InputStream> answer = new Http(gateway.url()).open("/rest/v1/endless", "Accept", NDJSON);
            assertThatThrownBy(() -> drain(answer.body(), seen)).isInstanceOf(IOException.class);
            assertThat(seen.toString().lines().reduce("", (before, line) -> line))
                    .contains("{\"error\":{\"code\":\"SLUICE302\",\"message\":\"the answer took longer than 1000 ms\"");
            eventually(LIMIT, () -> assertThat(busyBackends()).isEmpty());
            eventually(LIMIT, () -> assertThat(acquired(gateway)).isZero());
        }
    }

    private static void drain(InputStream body, StringBuilder seen) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            seen.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
    }

    private static String restOf(LeavingClient client) {
        StringBuilder rest = new StringBuilder();
        for (String piece = client.read(64 * 1024); !piece.isEmpty(); piece = client.read(64 * 1024)) {
            rest.append(piece);
        }
        return rest.toString();
    }

    private static GatewayUnderTest gateway(String... arguments) {
        return GatewayUnderTest.start(cluster.primary().address(), List.of(), arguments);
    }

    private static int acquired(GatewayUnderTest gateway) {
        return gateway.bean(RoutingConnectionFactory.class).state().nodes().stream()
                .mapToInt(node -> node.pool().acquired())
                .sum();
    }

    private static List<?> busyBackends() {
        return cluster.primary().query(BUSY);
    }
}
