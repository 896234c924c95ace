package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What Arrow's own reader makes of the streams. */
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArrowStreamsIntegrationTests {

    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MANY = 50_000;

    private GatewayUnderTest gateway;

    @BeforeAll
    void start(TestDatabase database) {
        database.execute("""
                CREATE TYPE mood AS ENUM ('sad', 'happy');
                CREATE DOMAIN cents AS int8;
                CREATE TABLE everything (
                  id int PRIMARY KEY, i2 int2, i8 int8, c cents, f4 float4, f8 float8, n numeric(38,10), n2 numeric(12,2),
                  free numeric, b bool, t text, v varchar(10), u uuid, m mood, d date, ts timestamp, tz timestamptz,
                  bin bytea, j json, jb jsonb, a int[], iv interval);
                INSERT INTO everything VALUES
                  (1, -32768, -9223372036854775808, 5, 1.5, 0.1, -1234567890123456789012345678.0123456789, 19.90, 1e100,
                   true, 'é "x"', 'v', '00000000-0000-0000-0000-000000000001', 'happy', '2024-02-29',
                   '2024-02-29 23:59:59.123456', '2024-02-29 23:59:59.5+05:30', '\\x00ff10', '{"a": 1}', '{"b": [2]}',
                   '{1,NULL}', '1 day'),
                  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                   NULL, NULL, NULL, NULL),
                  (3, 32767, 9223372036854775807, -5, -1e-30, 'NaN', 0.0000000001, -0.01, 'NaN', false, '', '', NULL, 'sad',
                   '0044-03-15 BC', '12345-01-01 00:00:00', '1883-01-01 00:00:00+00', '', 'null', '"x"', '{}', '00:00:01');
                CREATE TABLE odd (id int PRIMARY KEY, n numeric(5,2), d date);
                INSERT INTO odd VALUES (1, 'NaN', NULL), (2, 1, 'infinity');
                CREATE TABLE many AS SELECT i AS id, i * 0.25 AS price, CASE WHEN i % 7 > 0 THEN 'name ' || i END AS name
                  FROM generate_series(1, 50000) AS i;
                ALTER TABLE many ADD PRIMARY KEY (id), ALTER price TYPE float8;
                CREATE VIEW wide AS SELECT id, repeat('x', 300000) AS t FROM many WHERE id <= 20;
                CREATE VIEW endless AS SELECT a.id, repeat('x', 100) AS t FROM many a, many b;
                CREATE FUNCTION stop_at(i int) RETURNS int LANGUAGE plpgsql AS
                  $$ BEGIN IF i = 26000 THEN PERFORM pg_sleep(120); END IF; RETURN i; END $$;
                CREATE VIEW pausing AS SELECT stop_at(id) AS id, name FROM many;
                CREATE VIEW breaking AS SELECT id, 1 / (id - 40000) AS n, repeat('x', 100) AS t FROM many""");
        gateway = GatewayUnderTest.start(database.primary(), List.of());
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void whatIsThereGoesOutWhenTheSourcePauses(TestDatabase database) throws IOException {
        try (InputStream bytes = new Http(gateway.url())
                        .open("/rest/v1/pausing", "Accept", "application/vnd.apache.arrow.stream")
                        .body();
                RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(bytes, allocator)) {
            int rows = 0;
            // The server keeps back a last piece of 8 KiB itself.
            while (rows < 25_000 && reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
            assertThat(rows).isBetween(25_000, 25_999);
            assertThat(database.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                            + " AND datname = current_database()"))
                    .isEqualTo("1");
        }
    }

    @Test
    void everyTypeComesBack() {
        Table table = read("/rest/v1/everything?order=id");
        assertThat(table.schema)
                .containsExactly(
                        "id: Int(32, true)",
                        "i2: Int(16, true)",
                        "i8: Int(64, true)",
                        "c: Int(64, true)",
                        "f4: FloatingPoint(SINGLE)",
                        "f8: FloatingPoint(DOUBLE)",
                        "n: Decimal(38, 10, 128)",
                        "n2: Decimal(12, 2, 128)",
                        "free: Utf8",
                        "b: Bool",
                        "t: Utf8",
                        "v: Utf8",
                        "u: Utf8",
                        "m: Utf8",
                        "d: Date(DAY)",
                        "ts: Timestamp(MICROSECOND, null)",
                        "tz: Timestamp(MICROSECOND, UTC)",
                        "bin: Binary",
                        "j: Utf8",
                        "jb: Utf8",
                        "a: Utf8",
                        "iv: Utf8");
        assertThat(table.rows.get(0))
                .containsExactly(
                        "1",
                        "-32768",
                        "-9223372036854775808",
                        "5",
                        "1.5",
                        "0.1",
                        "-1234567890123456789012345678.0123456789",
                        "19.90",
                        "1" + "0".repeat(100),
                        "true",
                        "é \"x\"",
                        "v",
                        "00000000-0000-0000-0000-000000000001",
                        "happy",
                        "19782",
                        "2024-02-29T23:59:59.123456",
                        "1709231399500000",
                        "[0, -1, 16]",
                        "{\"a\": 1}",
                        "{\"b\": [2]}",
                        "{1,NULL}",
                        "1 day");
        assertThat(table.rows.get(1).subList(1, 22)).containsOnlyNulls();
        assertThat(table.rows.get(2))
                .containsExactly(
                        "3",
                        "32767",
                        "9223372036854775807",
                        "-5",
                        "-1.0E-30",
                        "NaN",
                        "1E-10",
                        "-0.01",
                        "NaN",
                        "false",
                        "",
                        "",
                        null,
                        "sad",
                        "-735160",
                        "+12345-01-01T00:00",
                        "-2745446400000000",
                        "[]",
                        "null",
                        "\"x\"",
                        "{}",
                        "00:00:01");
    }

    @Test
    void anAnswerWithoutRowsHasTheSameSchema() {
        for (String select : List.of("*", "id,n2,x:ts,f8::text,i2::int4,j-%3Ea")) {
            String path = "/rest/v1/everything?order=id&select=" + select;
            Table empty = read(path + "&id=eq.0");
            assertThat(empty.rows).isEmpty();
            assertThat(empty.schema).isEqualTo(read(path + "&id=eq.2").schema);
        }
    }

    @Test
    void aLongAnswerComesInBatchesOfBoundedSize() {
        Table table = read("/rest/v1/many?order=id");
        assertThat(table.rows).hasSize(MANY);
        for (int i = 1; i <= MANY; i++) {
            assertThat(table.rows.get(i - 1))
                    .containsExactly(Integer.toString(i), Double.toString(i * 0.25), i % 7 > 0 ? "name " + i : null);
        }
        assertThat(table.batches).hasSizeGreaterThan(5).allMatch(rows -> rows < 10_000);
    }

    @Test
    void aRowMayBeLargerThanABatch() {
        Table table = read("/rest/v1/wide?order=id");
        assertThat(table.rows).hasSize(20).allSatisfy(row -> assertThat(row.get(1))
                .hasSize(300_000));
        assertThat(table.batches).containsOnly(1).hasSize(20);
    }

    @Test
    void aValueThatArrowHasNoPlaceForIsNamed() {
        HttpResponse<String> refused = new Http(gateway.url()).get("/rest/v1/odd?select=n", "Accept", ARROW);
        assertThat(refused.statusCode()).isEqualTo(406);
        assertThat(refused.body())
                .contains("SLUICE320", "the value 'NaN' of column 'n' has no place in Arrow's decimal128(5, 2)");
        assertThat(new Http(gateway.url())
                        .get("/rest/v1/odd?select=d", "Accept", ARROW)
                        .body())
                .contains("'infinity' of column 'd'");
        assertThat(read("/rest/v1/odd?select=n::text,d::text&order=id").rows)
                .containsExactly(Arrays.asList("NaN", null), List.of("1.00", "infinity"));
    }

    @Test
    void aBrokenStreamHasNoEnd() {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        HttpResponse<InputStream> answer = new Http(gateway.url()).open("/rest/v1/breaking?order=id", "Accept", ARROW);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> answer.body().transferTo(seen)).isInstanceOf(IOException.class);
        byte[] bytes = seen.toByteArray();
        assertThat(bytes.length).isGreaterThan(1_000_000);
        assertThat(Arrays.copyOfRange(bytes, bytes.length - 8, bytes.length))
                .isNotEqualTo(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0});
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("division by zero");
    }

    @Test
    void aClientThatLeavesEndsItsQuery() {
        try (LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/endless", ARROW, 64 * 1024)) {
            assertThat(client.read(100)).contains("200 OK");
        }
        eventually(LIMIT, () -> assertThat(gateway.bean(RoutingConnectionFactory.class).state().nodes().stream()
                        .mapToInt(node -> node.pool().acquired())
                        .sum())
                .isZero());
    }

    private record Table(List<String> schema, List<List<String>> rows, List<Integer> batches) {}

    private Table read(String path) {
        HttpResponse<InputStream> answer = new Http(gateway.url()).open(path, "Accept", ARROW);
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readAllBytes();
            assertThat(answer.statusCode())
                    .as(new String(bytes, StandardCharsets.ISO_8859_1))
                    .isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue(ARROW);
            return table(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(path, e);
        }
    }

    private static Table table(byte[] bytes) throws IOException {
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            Table table = new Table(
                    root.getSchema().getFields().stream().map(Objects::toString).toList(),
                    new ArrayList<>(),
                    new ArrayList<>());
            while (reader.loadNextBatch()) {
                table.batches.add(root.getRowCount());
                for (int row = 0; row < root.getRowCount(); row++) {
                    int at = row;
                    table.rows.add(new ArrayList<>());
                    root.getFieldVectors()
                            .forEach(vector ->
                                    table.rows.get(table.rows.size() - 1).add(text(vector, at)));
                }
            }
            assertThat(reader.bytesRead()).as("the end included").isEqualTo(bytes.length);
            return table;
        }
    }

    private static String text(FieldVector vector, int row) {
        Object value = vector.getObject(row);
        return value instanceof byte[] binary
                ? IntStream.range(0, binary.length)
                        .mapToObj(i -> binary[i])
                        .toList()
                        .toString()
                : Objects.toString(value, null);
    }
}
