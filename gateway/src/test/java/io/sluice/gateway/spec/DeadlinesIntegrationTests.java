package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that somebody waits for no longer: {@code Prefer: wait}. */
@PostgresTest
class DeadlinesIntegrationTests {

    private static final String SLOW = "/rest/v1/slow_view";

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE FUNCTION slow() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(60)::text';
                CREATE VIEW slow_view AS SELECT slow() AS answer;
                CREATE TABLE things (id int PRIMARY KEY, n int);
                INSERT INTO things SELECT i, 0 FROM generate_series(1, 100000) i;
                CREATE FUNCTION slow_write() RETURNS void LANGUAGE plpgsql AS
                  $$ BEGIN UPDATE things SET n = 1 WHERE id = 1; PERFORM pg_sleep(60); END $$;
                """);
        gateway = GatewayUnderTest.start(
                database.primary(), List.of(), "--sluice.pool.max-size=2", "--sluice.pool.acquire-timeout=60s");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aStatementThatTakesLongerThanTheClientWaitsIsCancelledByTheServer() {
        HttpResponse<String> read = http.get(SLOW, "Prefer", "wait=1");
        assertThat(read.statusCode()).isEqualTo(504);
        assertThat(read.body()).contains("SLUICE115").contains("within 1 s");

        HttpResponse<String> write = http.post("/rest/v1/rpc/slow_write", "{}", "Prefer", "wait=1");
        assertThat(write.statusCode()).isEqualTo(504);
        HttpResponse<String> keyed =
                http.post("/rest/v1/rpc/slow_write", "{}", "Prefer", "wait=1", "Idempotency-Key", "k");
        assertThat(keyed.statusCode()).as(keyed.body()).isEqualTo(504);
        HttpResponse<String> list = http.post(
                "/rest/v1/",
                "[{\"method\":\"PATCH\",\"path\":\"things?id=eq.1\",\"body\":{\"n\":5}},{\"path\":\"slow_view\"}]",
                "Prefer",
                "wait=1");
        assertThat(list.statusCode()).as(list.body()).isEqualTo(504);
        assertThat(database.value("SELECT n FROM things WHERE id = 1")).isEqualTo("0");
        eventually(() -> assertThat(busy()).isEmpty());
    }

    @Test
    void theWaitForAConnectionCounts() {
        List<LeavingClient> others = IntStream.range(0, 2)
                .mapToObj(i -> LeavingClient.get(gateway.port(), SLOW, "application/json"))
                .toList();
        eventually(() -> assertThat(busy()).hasSize(2));

        for (HttpResponse<String> answer : List.of(
                http.get("/rest/v1/things?id=eq.1", "Prefer", "wait=1"),
                http.post("/rest/v1/rpc/slow_write", "{}", "Prefer", "wait=1"),
                http.post("/rest/v1/", "[{\"path\":\"things?id=eq.1\"}]", "Prefer", "wait=1"))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("PGRST003");
        }
        assertThat(busy()).as("those who have the connections").hasSize(2);

        others.forEach(LeavingClient::close);
        eventually(() -> assertThat(busy()).isEmpty());
    }

    @Test
    void whatIsDoneInTimeIsAnsweredAsEver() {
        HttpResponse<String> answer = http.get("/rest/v1/things?id=eq.7", "Prefer", "wait=30");
        assertThat(answer.body()).isEqualTo("[{\"id\":7,\"n\":0}]");
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=30");
        assertThat(http.get("/rest/v1/things?id=eq.7", "Prefer", "handling=strict, wait=0")
                        .statusCode())
                .isEqualTo(400);
    }

    /** Only these: the gateway has statements of its own, which come and go. */
    private static List<?> busy() {
        return database.query("SELECT query FROM pg_stat_activity WHERE backend_type = 'client backend'"
                + " AND pid <> pg_backend_pid() AND datname = current_database() AND state <> 'idle'"
                + " AND query LIKE '%slow_%' AND query NOT LIKE '%pg_stat_activity%'");
    }
}
