package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http2Socket;
import io.sluice.gateway.testing.Http2Socket.Frame;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What HTTP/1.1 does with a connection, HTTP/2 does with a stream of it. */
@PostgresTest
class Http2IntegrationTests {

    private static final String NDJSON = "application/x-ndjson";
    private static final String JSON = "application/json";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration STALL = Duration.ofSeconds(2);
    private static final int LAST = 50_000;

    private static GatewayUnderTest gateway;
    private static TestDatabase database;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE FUNCTION slow() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(60)::text';
                CREATE VIEW slow_view AS SELECT slow() AS answer;
                CREATE TABLE things (id int PRIMARY KEY, data jsonb);
                INSERT INTO things SELECT i, jsonb_build_object('a', repeat('x', 100)) FROM generate_series(1, 50000) i;
                CREATE VIEW breaking AS SELECT id, 1 / (id - 40000) AS n, data FROM things;
                CREATE VIEW wide AS SELECT repeat('x', 3000000) AS t;
                """);
        gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.pool.max-size=4",
                "--sluice.stream.stall-timeout=" + STALL.toMillis() + "ms");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aClientOfHttp2MakesItsRequestsAtOnceOnOneConnection() {
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> first = send(client, request("/rest/v1/things?id=eq.1&select=id"));
        assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);

        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.rangeClosed(1, 200)
                .mapToObj(i ->
                        client.sendAsync(request("/rest/v1/things?id=eq." + i + "&select=id"), BodyHandlers.ofString()))
                .toList();
        for (int i = 1; i <= 200; i++) {
            HttpResponse<String> answer = answers.get(i - 1).join();
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("[{\"id\":" + i + "}]");
        }
    }

    @Test
    void aFirstRequestWithABodyIsAnsweredInHttp11AndALaterOneMayGoOver() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest write = HttpRequest.newBuilder(URI.create(gateway.url() + "/rest/v1/things"))
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString("{\"id\":-1}"))
                .build();
        HttpResponse<String> written = send(client, write);
        assertThat(written.statusCode()).as(written.body()).isEqualTo(201);
        assertThat(written.version()).isEqualTo(HttpClient.Version.HTTP_1_1);

        HttpResponse<String> read = send(client, request("/rest/v1/things?id=eq.-1&select=id"));
        assertThat(read.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(read.body()).isEqualTo("[{\"id\":-1}]");
        assertThat(send(client, write).statusCode()).isEqualTo(409);
    }

    @Test
    void urlsMayBeAsLongAsInHttp11AndAsCarelesslyWritten() {
        String ids = IntStream.range(1, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        HttpResponse<String> many =
                send(HttpClient.newHttpClient(), request("/rest/v1/things?select=id&id=in.(" + ids + ")"));
        assertThat(many.statusCode()).isEqualTo(200);

        try (Http2Socket socket = new Http2Socket(gateway.port())) {
            socket.get(1, "/rest/v1/things?id=eq.1&select=data->>a", JSON);
            assertThat(socket.body(1)).startsWith("[{\"a\":\"xxx");
        }
    }

    @Test
    void aResetStreamCancelsItsQueryAndLeavesTheOthersOfTheConnectionAlone() {
        try (Http2Socket socket = new Http2Socket(gateway.port())) {
            socket.get(1, "/rest/v1/slow_view", JSON);
            eventually(LIMIT, () -> assertThat(busy()).anyMatch(query -> query.contains("slow_view")));
            socket.get(3, "/rest/v1/things", JSON);
            eventually(LIMIT, () -> assertThat(busy()).anyMatch(query -> query.contains("\"things\"")));

            socket.reset(1);
            eventually(LIMIT, () -> assertThat(busy()).noneMatch(query -> query.contains("slow_view")));
            assertThat(socket.body(3)).as("the other stream").contains("{\"id\":" + LAST + ",");

            socket.get(5, "/rest/v1/things", NDJSON);
            assertThat(socket.next().is(Http2Socket.HEADERS, 5)).isTrue();
            socket.reset(5);
            eventually(LIMIT, () -> assertThat(busy()).isEmpty());
            eventually(LIMIT, () -> assertThat(acquired()).isZero());
        }
    }

    @Test
    void aHundredStreamsThatAreResetLeaveTheGatewayAnsweringAsBefore() {
        for (int wave = 0; wave < 10; wave++) {
            try (Http2Socket socket = new Http2Socket(gateway.port())) {
                for (int stream = 1; stream < 20; stream += 2) {
                    socket.get(stream, "/rest/v1/things", stream % 4 == 1 ? NDJSON : JSON);
                }
                socket.next();
                for (int stream = 1; stream < 20; stream += 2) {
                    socket.reset(stream);
                }
                socket.get(21, "/rest/v1/things?id=eq.7&select=id", JSON);
                assertThat(socket.body(21)).isEqualTo("[{\"id\":7}]");
            }
        }
        eventually(LIMIT, () -> assertThat(busy()).isEmpty());
        eventually(LIMIT, () -> assertThat(acquired()).isZero());
    }

    @Test
    void anAnswerThatBreaksOffEndsWithItsErrorAndAResetOfItsStream() {
        try (Http2Socket socket = new Http2Socket(gateway.port())) {
            socket.get(1, "/rest/v1/breaking?order=id", NDJSON);
            StringBuilder body = new StringBuilder();
            Frame frame = socket.next();
            while (frame.type() != Http2Socket.RESET) {
                assertThat(frame.endsStream()).isFalse();
                if (frame.type() == Http2Socket.DATA) {
                    body.append(frame.text());
                    socket.window(1, frame.payload().length);
                }
                frame = socket.next();
            }
            assertThat(body).endsWith("\"division by zero\",\"details\":null,\"hint\":null}}\n");

            socket.get(3, "/rest/v1/things?id=eq.3&select=id", JSON);
            assertThat(socket.body(3)).isEqualTo("[{\"id\":3}]");
        }
    }

    @Test
    void aStreamThatNobodyTakesIsEndedAndTheOthersOfTheConnectionGoOn() {
        try (Http2Socket socket = new Http2Socket(gateway.port())) {
            socket.get(1, "/rest/v1/things", NDJSON);
            Frame frame = socket.next();
            while (!frame.is(Http2Socket.RESET, 1)) {
                assertThat(frame.endsStream()).isFalse();
                frame = socket.next();
            }
            eventually(LIMIT, () -> assertThat(busy()).isEmpty());
            eventually(LIMIT, () -> assertThat(acquired()).isZero());

            socket.get(3, "/rest/v1/things?select=id&id=gt.0", NDJSON);
            assertThat(socket.body(3)).endsWith("{\"id\":" + LAST + "}\n");
        }
    }

    @Test
    void aStreamThatIsTakenSlowlyGoesOnThoughOneRowTakesLongerThanTheStallTimeout() throws Exception {
        try (Http2Socket socket = new Http2Socket(gateway.port())) {
            socket.get(1, "/rest/v1/wide", NDJSON);
            long begun = System.nanoTime();
            long taken = 0;
            Frame frame = socket.next();
            while (!frame.endsStream()) {
                assertThat(frame.type()).as("after %d bytes", taken).isNotEqualTo(Http2Socket.RESET);
                if (frame.type() == Http2Socket.DATA) {
                    taken += frame.payload().length;
                    if (System.nanoTime() - begun < STALL.multipliedBy(2).toNanos()) {
                        Thread.sleep(50);
                    }
                    socket.window(1, frame.payload().length);
                }
                frame = socket.next();
            }
            assertThat(taken).isEqualTo("{\"t\":\"\"}\n".length() + 3_000_000);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(STALL);
        }
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .timeout(LIMIT)
                .build();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString()).join();
    }

    private static List<String> busy() {
        return database
                .query("SELECT query FROM pg_stat_activity WHERE backend_type = 'client backend'"
                        + " AND pid <> pg_backend_pid() AND datname = current_database() AND state <> 'idle'"
                        + " AND query NOT LIKE '%pg_is_in_recovery%'")
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static int acquired() {
        return gateway.bean(RoutingConnectionFactory.class).state().nodes().stream()
                .mapToInt(node -> node.pool().acquired())
                .sum();
    }
}
