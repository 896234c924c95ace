package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
                CREATE TABLE others (name text);
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
        database.execute("TRUNCATE items; DROP TABLE IF EXISTS sluice.ingest_progress");
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

    @Test
    void theAnswerNamesItsServerAndEndsWithTheTokenThatCoversAllOfIt() throws IOException {
        for (String contract : List.of("atomic", "batch")) {
            database.execute("TRUNCATE items");
            try (Socket socket = begin("/ingest/v1/items?contract=" + contract)) {
                chunk(socket, rows(1, 35));
                write(socket, "0\r\n\r\n");
                String answer = answer(socket);
                String summary = answer.substring(answer.indexOf("{\"complete\":true"));
                String token = summary.replaceAll("(?s).*\"token\":\"([^\"]+)\".*", "$1");
                String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
                assertThat(head)
                        .containsPattern("(?i)Sluice-Node: [^\r]+:\\d+\r\n")
                        .containsPattern("(?i)Trailer: Sluice-Consistency-Token");
                assertThat(head.contains("Sluice-Consistency-Token: " + token)).isEqualTo(contract.equals("atomic"));
                assertThat(answer).endsWith("\r\n0\r\nSluice-Consistency-Token: " + token + "\r\n\r\n");
            }
        }
    }

    private int running() {
        String sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND query LIKE 'COPY%' AND state <> 'idle'";
        return Integer.parseInt(database.value(sql));
    }

    /** All that comes until the last chunk or the announced length is there. */
    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!isWhole(answer.toString(StandardCharsets.UTF_8))) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            answer.write(next);
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static boolean isWhole(String answer) {
        boolean chunked = answer.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked\r\n");
        return chunked
                ? answer.contains("\r\n0\r\n") && answer.endsWith("\r\n\r\n")
                : answer.contains("\r\n\r\n{") && answer.endsWith("}");
    }

    private Socket begin() throws IOException {
        return begin("/ingest/v1/items");
    }

    private Socket begin(String path) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        write(
                socket,
                "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\n"
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
        return upload("", body);
    }

    private List<JsonNode> upload(String query, String body) {
        return post(query, MediaType.APPLICATION_NDJSON, "identity", body.getBytes(StandardCharsets.UTF_8));
    }

    private List<JsonNode> post(String query, MediaType type, String encoding, byte[] body) {
        EntityExchangeResult<String> result = gateway.client()
                .post()
                .uri("/ingest/v1/items" + query)
                .contentType(type)
                .header("Content-Encoding", encoding)
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

    /** One bad row of each kind among good ones, with its SQLSTATE. */
    private static final Map<String, String> BAD_ROWS = new LinkedHashMap<>();

    static {
        BAD_ROWS.put("{\"amount\":\"abc\"}", "22P02");
        BAD_ROWS.put("{\"name\":\"a text of more than twenty\"}", "22001");
        BAD_ROWS.put("{\"name\":null}", "23502");
        BAD_ROWS.put("{\"amount\":-1}", "23514");
        BAD_ROWS.put("{\"code\":\"c1\"}", "23505");
        BAD_ROWS.put("{\"parent\":777}", "23503");
        BAD_ROWS.put("{\"code\":", "PGRST102");
        BAD_ROWS.put("{\"unknown\":1}", "PGRST204");
    }

    @Test
    void rowContractSetsEachKindOfBadRowAside() {
        StringBuilder body = new StringBuilder(rows(1, 20));
        BAD_ROWS.forEach(
                (bad, code) -> body.append(bad).append('\n').append(rows(100 + body.length(), 101 + body.length())));
        List<JsonNode> lines = upload("?contract=row", body.toString());
        JsonNode summary = lines.get(lines.size() - 1);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        assertThat(summary.get("contract").asString()).isEqualTo("row");
        assertThat(summary.get("received").asInt()).isEqualTo(20 + 3 * BAD_ROWS.size());
        assertThat(summary.get("committed").asInt()).isEqualTo(20 + 2 * BAD_ROWS.size());
        assertThat(summary.get("rejected").asInt()).isEqualTo(BAD_ROWS.size());
        List<String> told = summary.get("errors")
                .valueStream()
                .map(error -> error.get("row").asInt() + " " + error.get("line").asInt() + " "
                        + error.get("code").asString())
                .toList();
        List<String> expected = new ArrayList<>();
        for (String code : BAD_ROWS.values()) {
            int row = 21 + 3 * expected.size();
            expected.add(row + " " + row + " " + code);
        }
        assertThat(told).isEqualTo(expected);
        assertThat(count()).isEqualTo(20 + 2 * BAD_ROWS.size());
    }

    @Test
    void atomicContractTakesAllOrNothing() {
        assertThat(upload("?contract=atomic", rows(1, 35))).hasSize(2).last().satisfies(summary -> {
            assertThat(summary.get("committed").asInt()).isEqualTo(35);
            assertThat(summary.get("token").asString()).startsWith("1.");
        });
        BAD_ROWS.forEach((bad, code) -> {
            database.execute("TRUNCATE items");
            JsonNode answer = refused(
                    "items?contract=atomic",
                    MediaType.APPLICATION_NDJSON,
                    rows(1, 25) + bad + "\n" + rows(27, 40),
                    code.equals("23505") || code.equals("23503") ? 409 : 400);
            assertThat(answer.get("code").asString()).isEqualTo(code);
            assertThat(answer.get("details").asString())
                    .contains(code.equals("23503") ? "Key (parent)=(777)" : "row 26, line 26")
                    .contains("No row was inserted.");
            assertThat(count()).as(bad).isZero();
        });
    }

    @Test
    void batchContractKeepsOnlyTheBatchOfEachKindOfBadRowOut() {
        BAD_ROWS.forEach((bad, code) -> {
            database.execute("TRUNCATE items");
            List<JsonNode> lines =
                    upload("?contract=batch", rows(1, 15) + bad.replace("c1", "c14") + "\n" + rows(17, 30));
            assertThat(lines.get(1).get("errors").get(0).get("code").asString()).isEqualTo(code);
            assertThat(count()).as(bad).isEqualTo(20);
        });
    }

    @Test
    void rowsComeAsCsvAndAsAnArrayToo() {
        String csv = "code,amount,data\r\n\"a,\"\"b\"\"\",1.5,\"{\"\"k\"\": 1}\"\r\nc,,\r\n";
        assertThat(post("", MediaType.valueOf("text/csv"), "identity", csv.getBytes(StandardCharsets.UTF_8)))
                .last()
                .satisfies(
                        summary -> assertThat(summary.get("committed").asInt()).isEqualTo(2));
        String array = "[{\"code\":\"d\"},\n {\"code\":\"e\",\"tags\":[\"x\"]}]";
        assertThat(post("", MediaType.APPLICATION_JSON, "identity", array.getBytes(StandardCharsets.UTF_8)))
                .last()
                .satisfies(
                        summary -> assertThat(summary.get("committed").asInt()).isEqualTo(2));
        assertThat(database.query("SELECT code, amount, data, tags FROM items ORDER BY id"))
                .containsExactly(
                        java.util.Arrays.asList("a,\"b\"", "1.50", "{\"k\": 1}", null),
                        java.util.Arrays.asList("c", null, null, null),
                        java.util.Arrays.asList("d", null, null, null),
                        java.util.Arrays.asList("e", null, null, "{x}"));
    }

    @Test
    void badRowsOfCsvAndArraysAreNamedByLine() {
        JsonNode badField = refused("items", MediaType.valueOf("text/csv"), "code,amount\na,1\nb,x\n", 400);
        assertThat(badField.get("details").asString()).contains("row 2, line 3, column amount");
        JsonNode badHeader = refused("items", MediaType.valueOf("text/csv"), "code,amuont\na,1\n", 400);
        assertThat(badHeader.get("details").asString()).isEqualTo("In the header.");
        assertThat(badHeader.get("hint").asString()).contains("'amount'");
        JsonNode badElement = refused("items", MediaType.APPLICATION_JSON, "[{},\n{\"amount\":-1}]", 400);
        assertThat(badElement.get("details").asString()).contains("row 2, line 2");
        JsonNode open = refused("items", MediaType.APPLICATION_JSON, "[{}", 400);
        assertThat(open.get("message").asString()).contains("the array is not closed");
        assertThat(count()).isZero();
    }

    @Test
    void aGzippedUploadIsUnfolded() throws IOException {
        ByteArrayOutputStream folded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(folded)) {
            gzip.write(rows(1, 5000).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(post("", MediaType.APPLICATION_NDJSON, "gzip", folded.toByteArray()))
                .last()
                .satisfies(
                        summary -> assertThat(summary.get("committed").asInt()).isEqualTo(5000));
        assertThat(count()).isEqualTo(5000);
    }

    @Test
    void soIsOneInZstd() {
        byte[] folded = Zstd.compress(rows(1, 5000).getBytes(StandardCharsets.UTF_8));
        assertThat(post("", MediaType.APPLICATION_NDJSON, "zstd", folded))
                .last()
                .satisfies(
                        summary -> assertThat(summary.get("committed").asInt()).isEqualTo(5000));
        assertThat(count()).isEqualTo(5000);
    }

    @Test
    void rowsThatAreThereAreIgnoredOrReplaced() {
        upload("{\"code\":\"a\",\"amount\":1}\n{\"code\":\"b\",\"amount\":1}");
        List<JsonNode> ignored = upload(
                "?on_conflict=ignore&key=code",
                "{\"code\":\"a\",\"amount\":2}\n{\"code\":\"c\",\"amount\":2}\n{\"code\":\"c\",\"amount\":3}");
        assertThat(ignored.get(1).get("committed").asInt()).isEqualTo(3);
        assertThat(ignored.get(1).get("written").asInt()).isEqualTo(1);
        upload(
                "?on_conflict=update&key=code",
                "{\"code\":\"b\",\"amount\":4}\n{\"code\":\"d\"}\n{\"code\":\"b\",\"amount\":5}\n{\"code\":\"e\",\"amount\":null}");
        assertThat(database.query("SELECT code, amount, name FROM items ORDER BY code"))
                .containsExactly(
                        List.of("a", "1.00", "unnamed"),
                        List.of("b", "5.00", "unnamed"),
                        List.of("c", "2.00", "unnamed"),
                        java.util.Arrays.asList("d", null, "unnamed"),
                        java.util.Arrays.asList("e", null, "unnamed"));
    }

    @Test
    void badRowsAreSetAsideWhereConflictsAreSettledToo() {
        List<JsonNode> lines = upload(
                "?on_conflict=update&key=code&contract=row",
                rows(1, 8) + "{\"code\":\"x\",\"amount\":-1}\n{\"amount\":1}\n{\"code\":\"c3\",\"amount\":7}\n");
        JsonNode summary = lines.get(lines.size() - 1);
        assertThat(summary.get("committed").asInt()).isEqualTo(9);
        assertThat(summary.get("errors")
                        .valueStream()
                        .map(error -> error.get("row").asInt() + " "
                                + error.get("code").asString()))
                .containsExactly("9 23514", "10 PGRST102");
        assertThat(database.value("SELECT amount FROM items WHERE code = 'c3'")).isEqualTo("7.00");
        assertThat(count()).isEqualTo(8);
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        JsonNode answer = refused("items?on_conflict=ignore&key=name", MediaType.APPLICATION_NDJSON, "{}", 400);
        assertThat(answer.get("hint").asString()).contains("key=id", "key=code");
        refused("items?on_conflict=maybe", MediaType.APPLICATION_NDJSON, "{}", 400);
    }

    @Test
    void anUploadThatIsSentAgainGoesOnWhereItWas() throws IOException {
        String body = IntStream.rangeClosed(1, 2000)
                .mapToObj(i -> "{\"name\":\"n" + i + "\"" + (i % 500 == 7 ? ",\"amount\":-1" : "") + "}\n")
                .collect(Collectors.joining());
        Random random = new Random(7);
        for (int attempt = 0; attempt < 12; attempt++) {
            try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
                write(
                        socket,
                        "POST /ingest/v1/items?contract=row HTTP/1.1\r\nHost: test\r\nIngest-Id: again\r\n"
                                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
                chunk(socket, body.substring(0, random.nextInt(body.length())));
                int before = count();
                if (attempt % 3 == 0) {
                    await(() -> count() >= before);
                }
            }
        }
        List<JsonNode> lines = again(body);
        JsonNode summary = lines.get(lines.size() - 1);
        int skipped = summary.path("skipped").asInt(0);
        assertThat(skipped + summary.get("received").asInt()).isEqualTo(2000);
        assertThat(count()).isEqualTo(1996);
        assertThat(database.value("SELECT count(DISTINCT name) FROM items")).isEqualTo("1996");

        JsonNode repeated = again(body).get(0);
        assertThat(repeated.get("complete").asBoolean()).isTrue();
        assertThat(repeated.get("skipped").asInt()).isEqualTo(2000);
        assertThat(repeated.get("received").asInt()).isZero();
        assertThat(count()).isEqualTo(1996);
    }

    /** Sends it whole, as often as it takes: an upload that was broken off may still be in its last batch. */
    private List<JsonNode> again(String body) {
        for (int attempt = 0; ; attempt++) {
            EntityExchangeResult<String> result = gateway.client()
                    .post()
                    .uri("/ingest/v1/items?contract=row")
                    .contentType(MediaType.APPLICATION_NDJSON)
                    .header("Ingest-Id", "again")
                    .bodyValue(body)
                    .exchange()
                    .expectBody(String.class)
                    .returnResult();
            List<JsonNode> lines =
                    result.getResponseBody().lines().map(JSON::readTree).toList();
            if (lines.get(lines.size() - 1).path("complete").asBoolean(false) || attempt == 50) {
                return lines;
            }
        }
    }

    @Test
    void anIdIsForOneTable() {
        again("{}");
        String answer = gateway.client()
                .post()
                .uri("/ingest/v1/others")
                .contentType(MediaType.APPLICATION_NDJSON)
                .header("Ingest-Id", "again")
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(answer).contains("belongs to an upload to 'public.items'");
    }

    @Test
    void anUnknownContractIsRefused() {
        assertThat(refused("items?contract=some", MediaType.APPLICATION_NDJSON, "{}", 400)
                        .get("hint")
                        .asString())
                .contains("contract=row");
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
