package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.sluice.gateway.error.ApiException;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Tag("containers")
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowStreamIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TWO_ROWS =
            "SELECT * FROM (VALUES (1, 'a,\"b', true), (2, NULL, false)) AS t(id, \"we \"\"ird\", ok) WHERE $1 < id";

    private RoutingConnectionFactory routing;

    @BeforeAll
    void connect(TestDatabase database) {
        routing = RoutingConnectionFactory.builder().node(database.primary()).build();
    }

    @AfterAll
    void disconnect() {
        routing.close().block(LIMIT);
    }

    @Test
    void writesRowsInEveryFormat() {
        assertThat(text(RowFormat.JSON, TWO_ROWS, 0)).isEqualTo("""
                [{"id":1,"we \\"ird":"a,\\"b","ok":true},
                {"id":2,"we \\"ird":null,"ok":false}]""");
        assertThat(text(RowFormat.NDJSON, TWO_ROWS, 0)).isEqualTo("""
                {"id":1,"we \\"ird":"a,\\"b","ok":true}
                {"id":2,"we \\"ird":null,"ok":false}
                """);
        assertThat(text(RowFormat.SSE, TWO_ROWS, 1)).isEqualTo("""
                data:{"id":2,"we \\"ird":null,"ok":false}

                event:end
                data:{"rows":1}

                """);
        assertThat(text(RowFormat.CSV, TWO_ROWS, 0)).isEqualTo("""
                id,"we ""ird",ok
                1,"a,""b",t
                2,,f""");
        assertThat(text(RowFormat.JSON_OBJECT, TWO_ROWS, 1)).isEqualTo("""
                {"id":2,"we \\"ird":null,"ok":false}""");
    }

    @Test
    void writesAnAnswerWithoutRowsInEveryFormat() {
        assertThat(text(RowFormat.JSON, TWO_ROWS, 9)).isEqualTo("[]");
        assertThat(text(RowFormat.NDJSON, TWO_ROWS, 9)).isEmpty();
        assertThat(text(RowFormat.SSE, TWO_ROWS, 9)).isEqualTo("event:end\ndata:{\"rows\":0}\n\n");
        assertThat(text(RowFormat.CSV, TWO_ROWS, 9)).isEqualTo("a,b");
    }

    @Test
    void refusesAnObjectWhereThereIsNotExactlyOneRow() {
        for (int above : List.of(0, 9)) {
            buffers(RowFormat.JSON_OBJECT, TWO_ROWS, above)
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.code())
                                    .isEqualTo("PGRST116")))
                    .verify(LIMIT);
        }
    }

    @Test
    void keepsJsonOnOneLineWhereRowsAreLines() {
        String sql = "SELECT E'{\\n\"a\":\\r\\n1}'::json AS j WHERE $1 = 0";
        assertThat(text(RowFormat.NDJSON, sql, 0)).isEqualTo("{\"j\":{ \"a\":  1}}\n");
        assertThat(text(RowFormat.JSON, sql, 0)).isEqualTo("[{\"j\":{\n\"a\":\r\n1}}]");
    }

    @Test
    void failsBeforeTheFirstBufferLikeAnyStatement() {
        buffers(RowFormat.NDJSON, "SELECT 1 / $1 AS n", 0)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("division by zero"))
                .verify(LIMIT);
    }

    @Test
    void tellsAFailureAfterTheFirstBufferInTheFormatAndFails() {
        String sql =
                "SELECT 1 / (2000 - n) AS n, repeat('x', 200) AS t FROM generate_series(1, 2001) AS n WHERE n > $1";
        for (RowFormat format : List.of(RowFormat.JSON, RowFormat.NDJSON, RowFormat.SSE, RowFormat.CSV)) {
            StringBuilder seen = new StringBuilder();
            buffers(format, sql, 0)
                    .doOnNext(seen::append)
                    .then()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("division by zero"))
                    .verify(LIMIT);
            String end = seen.substring(seen.length() - 120);
            assertThat(end)
                    .as(format.name())
                    .contains("22012", "division by zero")
                    .doesNotContain("event:end", "]");
        }
    }

    @Test
    void sendsWhatIsThereWhenTheSourcePauses() {
        // PostgreSQL itself gathers 8 KiB before it sends, so the second row drives the first one out.
        String sql = "SELECT n, repeat('x', 20000) || pg_sleep(CASE n WHEN 3 THEN 5 ELSE 0 END) AS t"
                + " FROM generate_series(1, 3) AS n WHERE n > $1";
        buffers(RowFormat.NDJSON, sql, 0)
                .as(StepVerifier::create)
                .assertNext(first -> assertThat(first).startsWith("{\"n\":1,").doesNotContain("\"n\":3"))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void demandReachesTheDatabase(TestDatabase database) {
        database.execute("CREATE SEQUENCE produced");
        // More than the kernels take of rows that nobody reads yet.
        String sql = "SELECT nextval('produced') AS n, repeat('x', 20000) AS t"
                + " FROM generate_series(1, 1000000) AS n WHERE n > $1";
        StepVerifier.create(buffers(RowFormat.NDJSON, sql, 0), 1)
                .expectNextCount(1)
                .then(() -> assertThat(settled(database)).isLessThan(5000))
                .thenRequest(3)
                .expectNextCount(3)
                .then(() -> assertThat(settled(database)).isLessThan(10_000))
                .thenCancel()
                .verify(LIMIT);
        assertThat(settled(database)).isLessThan(20_000);
    }

    /** How many rows the server has made when it makes no more. */
    private static long settled(TestDatabase database) {
        long before = -1;
        long now = produced(database);
        while (now != before) {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            before = now;
            now = produced(database);
        }
        return now;
    }

    private static long produced(TestDatabase database) {
        return Long.parseLong(Objects.requireNonNull(database.value("SELECT last_value FROM produced")));
    }

    /** Demand from another thread makes the driver hand out rows on that thread, while a flush may run on its own. */
    @Test
    void everyRowComesOnceWhicheverThreadAsks() {
        String sql = "SELECT n, repeat('x', 60) AS t FROM generate_series(1, 100000) AS n WHERE n > $1";
        long[] last = {0};
        StringBuilder rest = new StringBuilder();
        texts(groups(RowFormat.NDJSON, sql, 0).publishOn(Schedulers.parallel(), 16))
                .doOnNext(text -> {
                    rest.append(text);
                    int from = 0;
                    for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", from)) {
                        long n = Long.parseLong(rest.substring(from + 5, rest.indexOf(",", from)));
                        assertThat(n).isEqualTo(last[0] + 1);
                        last[0] = n;
                        from = end + 1;
                    }
                    rest.delete(0, from);
                })
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(last[0]).isEqualTo(100_000);
    }

    @Test
    void oneRowMayBeMuchLargerThanABuffer() {
        String sql = "SELECT repeat('é', 3000000) AS t FROM generate_series(1, 3) WHERE $1 = 0";
        assertThat(text(RowFormat.NDJSON, sql, 0)).hasSize(3 * (3_000_000 + 9));
    }

    private String text(RowFormat format, String sql, int parameter) {
        return Objects.requireNonNull(
                String.join("", buffers(format, sql, parameter).collectList().block(LIMIT)));
    }

    private Flux<String> buffers(RowFormat format, String sql, int parameter) {
        return texts(groups(format, sql, parameter));
    }

    private Flux<Publisher<DataBuffer>> groups(RowFormat format, String sql, int parameter) {
        RowStream stream = RowStream.of(format, List.of("a", "b"));
        Function<Connection, Publisher<Publisher<DataBuffer>>> work = connection -> {
            Statement statement =
                    connection.createStatement(sql).bind(0, parameter).fetchSize(0);
            return rows(stream, statement, (RoutedConnection) connection);
        };
        return Flux.usingWhen(routing.create(), work, Connection::close);
    }

    /** As they come over the wire. */
    Flux<Publisher<DataBuffer>> rows(RowStream stream, Statement statement, RoutedConnection connection) {
        return stream.rows(statement, connection);
    }

    private static Flux<String> texts(Flux<Publisher<DataBuffer>> groups) {
        return groups.concatMap(group -> group, 1).map(buffer -> {
            String text = buffer.toString(StandardCharsets.UTF_8);
            DataBufferUtils.release(buffer);
            return text;
        });
    }
}
