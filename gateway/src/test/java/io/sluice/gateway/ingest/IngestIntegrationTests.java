package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("containers")
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestIntegrationTests {

    private static final JsonMapper JSON = new JsonMapper();

    private TestDatabase database;
    private GatewayUnderTest gateway;

    @BeforeAll
    void start(TestDatabase shared) {
        database = shared;
        database.execute("""
                CREATE TABLE parents (id bigint PRIMARY KEY);
                INSERT INTO parents SELECT generate_series(1, 100);
                CREATE TABLE items (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    parent bigint REFERENCES parents,
                    name varchar(20) NOT NULL DEFAULT 'unnamed',
                    code text UNIQUE,
                    amount numeric(12,2) CHECK (amount >= 0),
                    twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
                    data jsonb,
                    tags text[],
                    at timestamptz NOT NULL DEFAULT now());
                CREATE VIEW sums AS SELECT sum(amount) FROM items;""");
        gateway = GatewayUnderTest.start(
                database.primary(), List.of(), "--sluice.ingest.batch-rows=10", "--sluice.ingest.linger=50ms");
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void empty() {
        database.execute("TRUNCATE items");
    }

    @Test
    void rowsGoInAsAnInsertWouldPutThem() {
        List<JsonNode> lines = upload("""
                {"parent":1,"name":"a\\tb\\\\c","code":"é😀","amount":12.5,"data":{"k":["\\n"]},"tags":["x",null,"y,\\"z"]}

                {"amount":0,"at":"2026-01-31T12:00:00Z"}
                {"name":"third","data":null}
                {}""");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).toString())
                .startsWith("{\"batch\":1,\"from\":1,\"to\":4,\"committed\":4,\"rejected\":0,\"token\":\"1.");
        assertThat(lines.get(1).toString())
                .startsWith("{\"complete\":true,\"contract\":\"batch\",\"batches\":1,\"received\":4,\"committed\":4,"
                        + "\"rejected\":0,\"token\":\"1.");
        assertThat(database.query("SELECT parent, name, code, amount, twice, data, tags FROM items ORDER BY id"))
                .containsExactly(
                        List.of("1", "a\tb\\c", "é😀", "12.50", "25.00", "{\"k\": [\"\\n\"]}", "{x,NULL,\"y,\\\"z\"}"),
                        java.util.Arrays.asList(null, "unnamed", null, "0.00", "0.00", null, null),
                        java.util.Arrays.asList(null, "third", null, null, null, null, null),
                        java.util.Arrays.asList(null, "unnamed", null, null, null, null, null));
        assertThat(database.value("SELECT count(*) FROM items WHERE at = '2026-01-31 12:00Z'"))
                .isEqualTo("1");
    }

    @Test
    void eachBatchIsAcknowledgedInOrder() {
        List<JsonNode> lines = upload(rows(1, 95));
        assertThat(lines).hasSize(11);
        for (int i = 0; i < 10; i++) {
            assertThat(lines.get(i).get("batch").asInt()).isEqualTo(i + 1);
            assertThat(lines.get(i).get("from").asInt()).isEqualTo(i * 10 + 1);
        }
        assertThat(lines.get(10).get("committed").asInt()).isEqualTo(95);
        assertThat(count()).isEqualTo(95);
    }

    @Test
    void anEmptyUploadIsComplete() {
        assertThat(upload("\n\n").get(0).get("received").asInt()).isZero();
    }

    @Test
    void aBadRowKeepsOnlyItsBatchOut() {
        List<JsonNode> lines = upload(rows(1, 14) + "{\"code\":\"bad\",\"amount\":\"abc\"}\n" + rows(16, 30));
        assertThat(lines).hasSize(4);
        JsonNode second = lines.get(1);
        assertThat(second.get("committed").asInt()).isZero();
        assertThat(second.get("rejected").asInt()).isEqualTo(10);
        assertThat(second.get("errors").get(0).toString())
                .isEqualTo(
                        "{\"row\":15,\"line\":15,\"code\":\"22P02\",\"message\":\"invalid input syntax for type numeric: "
                                + "\\\"abc\\\"\",\"column\":\"amount\"}");
        JsonNode summary = lines.get(3);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        assertThat(summary.get("committed").asInt()).isEqualTo(20);
        assertThat(summary.get("rejected").asInt()).isEqualTo(10);
        assertThat(summary.get("errors")).hasSize(1);
        assertThat(count()).isEqualTo(20);
    }

    @Test
    void aBadFirstBatchIsToldOnceSomethingIsIn() {
        List<JsonNode> lines = upload("{\"code\":\n" + rows(2, 20));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).get("errors").get(0).get("code").asString()).isEqualTo("PGRST102");
        assertThat(lines.get(1).get("committed").asInt()).isEqualTo(10);
    }

    @Test
    void malformedJsonNamesTheLineWhereNothingWentIn() {
        assertRefused("\n{\"code\":\"a\"}\n{\"code\":\n", 400, "PGRST102", "In row 2, line 3. No row was inserted.");
    }

    @Test
    void aBadValueNamesRowLineAndColumn() {
        assertRefused(
                "{\"amount\":1}\n{\"amount\":\"x\"}",
                400,
                "22P02",
                "In row 2, line 2, column amount. No row was inserted.");
        assertRefused("{\"name\":\"a text of more than twenty\"}", 400, "22001", "In row 1, line 1, column name.");
        assertRefused("{\"name\":null}", 400, "23502", "In row 1, line 1, column name. Failing row contains");
        assertRefused("{\"amount\":-1}", 400, "23514", "In row 1, line 1. Failing row contains");
        assertRefused(
                "{\"code\":\"a\"}\n{\"code\":\"a\"}", 409, "23505", "In row 2, line 2. Key (code)=(a) already exists.");
        assertRefused("{\"parent\":777}", 409, "23503", "Key (parent)=(777) is not present in table \"parents\".");
        assertRefused("{\"id\":1}", 400, "428C9", "In row 1, line 1, column id.");
        assertRefused("{\"twice\":1}", 400, "428C9", "In row 1, line 1, column twice.");
    }

    @Test
    void anUnknownColumnIsNamedWithTheNearestOne() {
        JsonNode body = assertRefused("{\"amuont\":1}", 400, "PGRST204", "In row 1, line 1, column amuont.");
        assertThat(body.get("hint").asString()).isEqualTo("Perhaps you meant 'amount'.");
    }

    @Test
    void anUnknownTableIsNamedWithTheNearestOne() {
        JsonNode body = refused("itms", MediaType.APPLICATION_NDJSON, "{}", 404);
        assertThat(body.get("code").asString()).isEqualTo("PGRST205");
        assertThat(body.get("hint").asString()).isEqualTo("Perhaps you meant 'items'.");
        assertThat(refused("sums", MediaType.APPLICATION_NDJSON, "{}", 405)
                        .get("message")
                        .asString())
                .contains("sums");
    }

    @Test
    void anotherContentTypeIsRefused() {
        assertThat(refused("items", MediaType.APPLICATION_XML, "<a/>", 415)
                        .get("hint")
                        .asString())
                .contains("application/x-ndjson");
    }

    @Test
    void aSlowUploadGoesInWhileItRuns() throws IOException {
        try (Socket socket = begin()) {
            chunk(socket, "{\"code\":\"first\"}\n");
            await(() -> count() == 1);
            chunk(socket, "{\"code\":\"second\"}\n");
            await(() -> count() == 2);
        }
    }

    @Test
    void aClientThatLeavesLeavesNothingHalfDone() throws IOException {
        database.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';"
                + " CREATE TRIGGER slow BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION slow()");
        try {
            try (Socket socket = begin()) {
                chunk(socket, rows(1, 10));
                await(() -> running() > 0);
            }
            await(() -> running() == 0);
            assertThat(count()).isZero();
        } finally {
            database.execute("DROP FUNCTION slow CASCADE");
        }
        assertThat(upload(rows(1, 3)).get(1).get("committed").asInt()).isEqualTo(3);
    }

    @Test
    void aClientThatReadsNothingDoesNotStopItsUpload() throws IOException {
        try (Socket socket = begin()) {
            for (int from = 1; from <= 20_000; from += 1000) {
                chunk(socket, rows(from, from + 999));
            }
            await(() -> count() == 20_000);
        }
    }

    private int running() {
        String sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND query LIKE 'COPY%' AND state <> 'idle'";
        return Integer.parseInt(database.value(sql));
    }

    private Socket begin() throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        write(
                socket,
                "POST /ingest/v1/items HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        return socket;
    }

    private static void chunk(Socket socket, String text) throws IOException {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        write(socket, Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        Instant limit = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.holds()) {
            assertThat(Instant.now()).as("waited too long").isBefore(limit);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String rows(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> "{\"code\":\"c" + i + "\",\"parent\":" + (i % 100 + 1) + "}\n")
                .collect(Collectors.joining());
    }

    private int count() {
        return Integer.parseInt(database.value("SELECT count(*) FROM items"));
    }

    private List<JsonNode> upload(String body) {
        EntityExchangeResult<String> result = gateway.client()
                .post()
                .uri("/ingest/v1/items")
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.APPLICATION_NDJSON)
                .expectBody(String.class)
                .returnResult();
        return result.getResponseBody().lines().map(JSON::readTree).toList();
    }

    private JsonNode assertRefused(String body, int status, String code, String details) {
        JsonNode answer = refused("items", MediaType.APPLICATION_NDJSON, body, status);
        assertThat(answer.get("code").asString()).isEqualTo(code);
        assertThat(answer.get("details").asString()).contains(details).contains("No row was inserted.");
        assertThat(count()).isZero();
        return answer;
    }

    private JsonNode refused(String table, MediaType type, String body, int status) {
        String answer = gateway.client()
                .post()
                .uri("/ingest/v1/" + table)
                .contentType(type)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return JSON.readTree(answer);
    }
}
