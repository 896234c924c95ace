package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static io.sluice.gateway.testing.RawConnection.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.RawConnection;
import io.sluice.gateway.testing.RawConnection.Answer;
import io.sluice.gateway.testing.TableLock;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads that are known are answered before the framework: in order and under its rules. */
@PostgresTest
class FastPathIntegrationTests {

    private static final String KNOWN = "/rest/v1/things?id=eq.";

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("CREATE TABLE things (id int PRIMARY KEY, n text)");
        database.execute("INSERT INTO things SELECT i, repeat('n' || i, 20) FROM generate_series(1, 1000) i");
        gateway = GatewayUnderTest.start(database.primary(), List.of(), "--sluice.pool.max-size=4");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static double fast() {
        return gateway.bean(MeterRegistry.class)
                .get("sluice.rest.fast")
                .functionCounter()
                .count();
    }

    private static void learn() {
        assertThat(http.get(KNOWN + 1).statusCode()).isEqualTo(200);
        double before = fast();
        assertThat(http.get(KNOWN + 2).statusCode()).isEqualTo(200);
        assertThat(fast()).as("the second of its kind").isGreaterThan(before);
    }

    @Test
    void answersLeaveInTheOrderOfTheirRequestsWhoeverGivesThem() {
        learn();
        List<String> expected = new ArrayList<>();
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            if (i % 6 == 3) {
                requests.append(post("/rest/v1/things/query", "select=id&id=eq." + i));
                expected.add("200[{\"id\":" + i + "}]");
                continue;
            }
            String path =
                    switch (i % 6) {
                        case 0 -> "/rest/v1/nothing?id=eq." + i;
                        case 1 -> KNOWN + i + "&select=id&n=not.is.null";
                        case 2 -> "/rest/v1/things?select=n&limit=1&offset=" + i;
                        default -> KNOWN + i;
                    };
            requests.append(request("GET", path));
            HttpResponse<String> alone = http.get(path, "Prefer", "handling=lenient");
            expected.add(alone.statusCode() + alone.body());
        }
        assertAnswered(requests.toString(), requests.length(), expected);
        assertAnswered(requests.toString(), 41, expected);
    }

    /** Sent in pieces, so that some come while others wait. */
    private static void assertAnswered(String requests, int piece, List<String> expected) {
        try (RawConnection connection = new RawConnection(gateway.port())) {
            for (int from = 0; from < requests.length(); from += piece) {
                connection.send(requests.substring(from, Math.min(from + piece, requests.length())));
            }
            for (String answer : expected) {
                Answer next = connection.answer();
                assertThat(next.status() + next.body()).isEqualTo(answer);
            }
        }
    }

    private static String post(String path, String body) {
        return request(
                        "POST",
                        path,
                        "Content-Type",
                        "application/x-www-form-urlencoded",
                        "Content-Length",
                        "" + body.length())
                + body;
    }

    @Test
    void aClientThatSendsAheadIsReadAsItTakesItsAnswers() {
        learn();
        int many = 5_000;
        // Netty refuses more than 128 requests ahead in one piece.
        String padding = "x".repeat(1_500);
        try (RawConnection connection = new RawConnection(gateway.port())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> IntStream.range(0, many)
                    .forEach(i -> connection.send(request("GET", KNOWN + (1 + i % 1000), "X-Padding", padding))));
            for (int i = 0; i < many; i++) {
                assertThat(connection.answer().body()).startsWith("[{\"id\":" + (1 + i % 1000) + ",");
            }
            assertThat(sent).succeedsWithin(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aHeaderThatSaysMoreAboutTheAnswerIsHeeded() {
        learn();
        assertThat(http.get(KNOWN + 3, "Prefer", "count=exact").headers().firstValue("Content-Range"))
                .hasValue("0-0/1");
        String tag = http.get(KNOWN + 3).headers().firstValue("ETag").orElseThrow();
        assertThat(http.get(KNOWN + 3, "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(http.get(KNOWN + 3, "Range", "1-1").body()).isEqualTo("[]");
        assertThat(http.get(KNOWN + 3, "Authorization", "Bearer x").statusCode())
                .as("no secret is set")
                .isEqualTo(500);
        assertThat(http.get(KNOWN + 3, "Accept-Profile", "other").statusCode()).isEqualTo(406);
        assertThat(http.get(KNOWN + 3, "Sluice-Consistency-Token", "x").statusCode())
                .isEqualTo(400);
        assertThat(http.get(KNOWN + 3, "Origin", "http://else.where")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isPresent();
        assertThat(http.get(KNOWN + 3, "Accept", "text/csv").body()).startsWith("id,n\n3,");
        assertThat(http.get(KNOWN + "x").statusCode()).isEqualTo(400);
        assertThat(http.send("HEAD", KNOWN + 3, "").body()).isEmpty();
        try (RawConnection connection = new RawConnection(gateway.port())) {
            assertThat(connection
                            .send(request("GET", KNOWN + 3, "Connection", "close"))
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void whatIsKnownEndsWithTheSchemaItWasPlannedFor() {
        database.execute("CREATE TABLE changing (id int PRIMARY KEY); INSERT INTO changing VALUES (1)");
        String path = "/rest/v1/changing?id=eq.1";
        eventually(() -> assertThat(http.get(path).body()).isEqualTo("[{\"id\":1}]"));
        assertThat(http.get(path).body()).isEqualTo("[{\"id\":1}]");
        Http operator = new Http("http://127.0.0.1:" + gateway.managementPort());

        database.execute("ALTER TABLE changing ADD COLUMN added text DEFAULT 'new'");
        operator.post("/actuator/schema", "");
        assertThat(http.get(path).body()).isEqualTo("[{\"id\":1,\"added\":\"new\"}]");
        assertThat(http.get(path).body()).isEqualTo("[{\"id\":1,\"added\":\"new\"}]");

        database.execute("DROP TABLE changing");
        assertThat(http.get(path).statusCode()).as("nobody was told").isEqualTo(404);
    }

    @Test
    void aClientThatLeavesEndsItsStatement() {
        database.execute("CREATE TABLE locked (id int PRIMARY KEY); INSERT INTO locked VALUES (1)");
        String path = "/rest/v1/locked?id=eq.1";
        eventually(() -> assertThat(http.get(path).statusCode()).isEqualTo(200));
        try (TableLock lock = new TableLock(database, "locked")) {
            RawConnection connection = new RawConnection(gateway.port()).send(request("GET", path));
            eventually(() -> assertThat(lock.waiting()).isEqualTo(1));
            connection.close();
            eventually(() -> assertThat(lock.waiting()).isZero());
        }
        assertThat(http.get(path).body()).isEqualTo("[{\"id\":1}]");
    }
}
