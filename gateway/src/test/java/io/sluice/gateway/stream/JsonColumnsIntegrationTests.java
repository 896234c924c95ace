package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Tag("containers")
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsonColumnsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOSTILE = "'\"\\/\b\f\n\r\t\u0001\u001f\u007f{},[]é€😀 '' <!--'";

    /** Hostile values of every type, as SQL literals. */
    private static final Map<String, List<String>> VALUES = values();

    private RoutingConnectionFactory routing;

    @BeforeAll
    void connect(TestDatabase database) {
        routing = RoutingConnectionFactory.builder().node(database.primary()).build();
    }

    @AfterAll
    void disconnect() {
        routing.close().block(LIMIT);
    }

    private static Map<String, List<String>> values() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("bool", List.of("true", "false"));
        values.put("int2", List.of("-32768", "0", "32767"));
        values.put("int4", List.of("-2147483648", "0", "2147483647"));
        values.put("int8", List.of("-9223372036854775808", "0", "9223372036854775807"));
        List<String> floats =
                List.of("0", "'-0'", "1e-30", "1e30", "0.1", "-1.5", "'NaN'", "'Infinity'", "'-Infinity'", "100000000");
        values.put("float4", floats);
        values.put("float8", floats);
        values.put(
                "numeric",
                List.of("0", "0.00", "-12345678901234567890.123456789", "1e100", "'NaN'", "'Infinity'", "'-Infinity'"));
        List<String> texts = List.of("''", HOSTILE, "'plain'", "E'line\\nbreak\\\\'", "'\"'", "repeat('x\"', 1000)");
        values.put("text", texts);
        values.put("varchar", texts);
        values.put("bpchar", texts);
        values.put("xml", List.of("'<a b=\"c\">d &amp; e</a>'"));
        values.put("name", List.of("'a\"b'"));
        values.put("char", List.of("'a'", "'\"'", "'\\'"));
        values.put("bytea", List.of("''", "'\\x00ff5c22'"));
        values.put("uuid", List.of("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"));
        values.put(
                "json", List.of("'{\"a\" : [1,  null, \"x\\n\"]}'", "'\"text\"'", "'null'", "E'{\\n\"a\":1\\r\\n}'"));
        values.put("jsonb", List.of("'{\"b\": 1, \"a\": [true, \"é\\\\\"]}'", "'null'", "'\"x\"'", "'12'"));
        values.put("jsonpath", List.of("'$.a[*] ? (@ > 1)'"));
        values.put(
                "date",
                List.of(
                        "'2026-01-31'",
                        "'infinity'",
                        "'-infinity'",
                        "'0044-03-15 BC'",
                        "'0001-02-29 BC'",
                        "'0001-12-31 BC'",
                        "'4713-01-01 BC'",
                        "'2000-02-29'",
                        "'9999-12-31'",
                        "'20000-12-31'",
                        "'5874897-12-31'"));
        List<String> stamps = List.of(
                "'2026-01-31 12:34:56'",
                "'2026-01-31 12:34:56.7'",
                "'2026-01-31 12:34:56.789012'",
                "'1850-06-01 00:00:00.000001'",
                "'1999-12-31 23:59:59.999999'",
                "'2000-01-01 00:00:00'",
                "'2000-02-29 23:59:59.10'",
                "'4713-01-02 00:00:00 BC'",
                "'294276-12-30 23:59:59.999999'",
                "'0044-03-15 01:02:03 BC'",
                "'20000-12-31 23:59:59'",
                "'infinity'",
                "'-infinity'");
        values.put("timestamp", stamps);
        values.put("timestamptz", stamps);
        values.put("time", List.of("'00:00'", "'23:59:59.999999'", "'24:00'"));
        values.put("timetz", List.of("'12:34:56+05'", "'12:34:56.5-03:30'"));
        values.put("interval", List.of("'1 year 2 mons -3 days 04:05:06.7'", "'0'"));
        values.put("bit", List.of("B'1'"));
        values.put("varbit", List.of("B'10110'", "B''"));
        values.put("money", List.of("12345.67", "-1"));
        values.put("inet", List.of("'192.168.0.1/24'", "'::1'"));
        values.put("cidr", List.of("'10.0.0.0/8'"));
        values.put("macaddr", List.of("'08:00:2b:01:02:03'"));
        values.put("macaddr8", List.of("'08:00:2b:01:02:03:04:05'"));
        values.put("point", List.of("'(1.5,-2)'"));
        values.put("lseg", List.of("'[(1,2),(3,4)]'"));
        values.put("path", List.of("'[(1,2),(3,4)]'", "'((1,2),(3,4))'"));
        values.put("box", List.of("'(3,4),(1,2)'"));
        values.put("polygon", List.of("'((1,2),(3,4),(5,6))'"));
        values.put("line", List.of("'{1,2,3}'"));
        values.put("circle", List.of("'<(1,2),3>'"));
        values.put("tsvector", List.of("'a:1 ''b\"c'':2'"));
        values.put("tsquery", List.of("'a & !b'"));
        values.put("oid", List.of("4294967295"));
        values.put("xid", List.of("'4294967295'"));
        values.put("cid", List.of("'1'"));
        values.put("tid", List.of("'(1,2)'"));
        values.put("xid8", List.of("'18446744073709551615'"));
        values.put("pg_lsn", List.of("'16/B374D848'"));
        values.put("pg_snapshot", List.of("'10:20:10,14,15'"));
        values.put("txid_snapshot", List.of("'10:20:10,14,15'"));
        values.put("regproc", List.of("'pg_catalog.now'"));
        values.put("regprocedure", List.of("'pg_catalog.now()'"));
        values.put("regoper", List.of("'pg_catalog.||/'"));
        values.put("regoperator", List.of("'pg_catalog.+(integer,integer)'"));
        values.put("regclass", List.of("'pg_catalog.pg_class'"));
        values.put("regtype", List.of("'timestamptz'"));
        values.put("regrole", List.of("current_role::regrole"));
        values.put("regnamespace", List.of("'pg_catalog'"));
        values.put("regconfig", List.of("'pg_catalog.english'"));
        values.put("regdictionary", List.of("'pg_catalog.simple'"));
        values.put("regcollation", List.of("'pg_catalog.\"C\"'"));
        for (String integers : List.of("int4", "int8", "num")) {
            values.put(integers + "range", List.of("'[1,5)'", "'empty'", "'(,3]'"));
            values.put(integers + "multirange", List.of("'{[1,5),[7,9)}'", "'{}'"));
        }
        values.put("daterange", List.of("'[2026-01-01,infinity)'"));
        values.put("datemultirange", List.of("'{[2026-01-01,2026-02-01)}'"));
        values.put("tsrange", List.of("'[2026-01-01 10:00,2026-01-01 11:00)'"));
        values.put("tsmultirange", List.of("'{[2026-01-01 10:00,2026-01-01 11:00)}'"));
        values.put("tstzrange", List.of("'[2026-01-01 10:00,)'"));
        values.put("tstzmultirange", List.of("'{[2026-01-01 10:00,)}'"));
        return values;
    }

    @Test
    void everyDirectTypeIsCoveredHere(TestDatabase database) {
        List<String> uncovered = new ArrayList<>();
        for (List<String> type : database.query("SELECT oid, typname FROM pg_type WHERE oid < 16384")) {
            if (JsonColumns.direct(Long.parseLong(Objects.requireNonNull(type.get(0))))
                    && !VALUES.containsKey(type.get(1))) {
                uncovered.add(type.get(1));
            }
        }
        assertThat(uncovered).isEmpty();
        assertThat(database.query("SELECT oid FROM pg_type WHERE typcategory IN ('A', 'C') AND oid < 16384"))
                .noneMatch(oid -> JsonColumns.direct(Long.parseLong(Objects.requireNonNull(oid.get(0)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Asia/Kolkata", "America/St_Johns", "Europe/Amsterdam"})
    void directColumnsAreByteForByteWhatToJsonMakesOfThem(String zone) {
        Mono<Map<String, String>> differences = Flux.usingWhen(
                        routing.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SET TimeZone = '" + zone + "'")
                                        .execute())
                                .flatMap(result -> result.getRowsUpdated())
                                .thenMany(Flux.fromIterable(VALUES.entrySet()))
                                .concatMap(type -> Flux.fromIterable(type.getValue())
                                        .map(value -> "CAST(" + value + " AS " + quoted(type.getKey()) + ")"))
                                .concatMap(value -> difference(connection, value)),
                        Connection::close)
                .collectMap(difference -> difference.get(0), difference -> difference.get(1));
        assertThat(differences.block(LIMIT)).isEmpty();
    }

    private static String quoted(String type) {
        return type.equals("char") ? "\"char\"" : type;
    }

    private static Mono<List<String>> difference(Connection connection, String value) {
        Mono<String> expected = Flux.from(connection
                        .createStatement("SELECT '{\"v\":' || to_json(" + value + ") || '}' WHERE $1")
                        .bind(0, true)
                        .execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .single();
        return expected.flatMap(json -> actual(connection, value)
                .filter(seen -> !seen.equals(List.of(json, json, json)))
                .map(seen -> List.of(value, json + " but was " + seen)));
    }

    /** By the driver, over the wire, and again when it is known what comes, so that some of it comes in binary. */
    private static Mono<List<String>> actual(Connection connection, String value) {
        RoutedConnection routed = (RoutedConnection) connection;
        Function<RowStream, Mono<String>> driver = rows -> text(rows.rows(select(connection, value)));
        Function<RowStream, Mono<String>> wire = rows -> text(rows.rows(select(connection, value), routed));
        return Flux.just(driver, wire, wire)
                .concatMap(way -> way.apply(RowStream.of(RowFormat.JSON_OBJECT, List.of("v"))))
                .collectList();
    }

    private static Statement select(Connection connection, String value) {
        return connection.createStatement("SELECT " + value + " AS v WHERE $1").bind(0, true);
    }

    private static Mono<String> text(Flux<? extends org.reactivestreams.Publisher<DataBuffer>> groups) {
        return DataBufferUtils.join(groups.concatMap(group -> group)).map(buffer -> {
            String text = buffer.toString(StandardCharsets.UTF_8);
            DataBufferUtils.release(buffer);
            return text;
        });
    }
}
