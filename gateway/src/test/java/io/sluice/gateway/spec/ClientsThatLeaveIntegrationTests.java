package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.gateway.testing.Shop;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ClientsThatLeaveIntegrationTests {

    private static final String NDJSON = "application/x-ndjson";
    private static final String BUSY =
            "SELECT state, wait_event, query FROM pg_stat_activity WHERE backend_type = 'client backend'"
                    + " AND pid <> pg_backend_pid() AND state <> 'idle' AND query NOT LIKE '%pg_is_in_recovery%'";

    private static EmbeddedCluster cluster;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(0).start();
        Shop.create(cluster.primary(), 200_000);
        cluster.primary()
                .execute("CREATE FUNCTION slow() RETURNS text LANGUAGE sql VOLATILE AS"
                        + " 'SELECT pg_sleep(60)::text'; CREATE VIEW slow_view AS SELECT slow() AS answer;"
                        + " CREATE VIEW wide AS SELECT n, repeat('x', 100000) AS t FROM generate_series(1, 1000000) n");
        gateway = GatewayUnderTest.start(cluster.primary().address(), List.of(), "--sluice.pool.max-size=4");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        cluster.close();
    }

    @RepeatedTest(3)
    void aHundredThatLeaveInTheMiddleOfAReadLeaveTheGatewayAnsweringAsBefore() {
        for (int wave = 0; wave < 10; wave++) {
            List<LeavingClient> clients = IntStream.range(0, 10)
                    .mapToObj(i -> LeavingClient.get(gateway.port(), "/rest/v1/orders", NDJSON))
                    .toList();
            clients.get(0).read(100);
            clients.forEach(LeavingClient::close);
        }

        eventually(() ->
                assertThat(http.get("/rest/v1/orders?id=eq.7").statusCode()).isEqualTo(200));
        eventually(() -> assertThat(busyBackends()).isEmpty());
        assertThat(http.get("/rest/v1/orders?id=eq.7&select=item").body()).isEqualTo("[{\"item\":\"item-7\"}]");
    }

    @Test
    void aQueryThatNobodyWaitsForIsCancelledOnTheServer() {
        LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/slow_view", "application/json");
        eventually(() -> assertThat(busyBackends()).hasSize(1));

        client.close();

        eventually(() -> assertThat(busyBackends()).isEmpty());
    }

    @Test
    void aStreamThatNobodyReadsAnyMoreFreesItsConnection() {
        // Those who left in another test may still have the places for long answers for a moment.
        eventually(() -> {
            try (LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/orders", NDJSON)) {
                assertThat(client.read(4_096)).contains("200 OK");
                assertThat(busyBackends()).hasSize(1);
            }
        });

        eventually(() -> assertThat(busyBackends()).isEmpty());
    }

    /** It hears of a cancellation only when it gets on with sending. */
    @Test
    void aServerThatIsHeldUpInTheMidstOfARowIsFreeWhenItsClientLeavesAndSoIsItsConnection() {
        List<String> heldUp = new ArrayList<>();
        eventually(() -> {
            try (LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/wide", "text/csv")) {
                assertThat(client.read(4_096)).contains("200 OK");
                eventually(() -> assertThat(pids("wait_event = 'ClientWrite'")).hasSize(1));
                heldUp.addAll(pids("wait_event = 'ClientWrite'"));
            }
        });

        eventually(() -> assertThat(busyBackends()).isEmpty());
        assertThat(pids("state = 'idle'"))
                .as("its connection was not thrown away")
                .containsAll(heldUp);
    }

    private static List<String> pids(String condition) {
        return cluster
                .primary()
                .query("SELECT pid FROM pg_stat_activity WHERE application_name = 'sluice' AND " + condition)
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    private static List<?> busyBackends() {
        return cluster.primary().query(BUSY);
    }
}
