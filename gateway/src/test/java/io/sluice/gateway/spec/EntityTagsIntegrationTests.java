package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ETag}, {@code If-None-Match} and {@code If-Match}. */
@PostgresTest
class EntityTagsIntegrationTests {

    private static final String ONE = "/rest/v1/things?id=eq.1";

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("CREATE TABLE things (id bigint PRIMARY KEY, name text UNIQUE, n int NOT NULL DEFAULT 0)");
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @BeforeEach
    void fill() {
        database.execute("TRUNCATE things; INSERT INTO things SELECT i, 'n' || i FROM generate_series(1, 9000) i");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/vnd.pgrst.object+json",
                "text/csv",
                "application/vnd.pgrst.array+json;nulls=stripped"
            })
    void whatAClientHasAlreadyIsNotSentAgainUntilItChanges(String accept) {
        HttpResponse<String> first = http.get(ONE, "Accept", accept);
        String tag = tag(first);

        HttpResponse<String> again = http.get(ONE, "Accept", accept, "If-None-Match", "\"other\", W/" + tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(tag(again)).isEqualTo(tag);
        assertThat(http.send("HEAD", ONE, "", "Accept", accept, "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);

        database.execute("UPDATE things SET n = 1 WHERE id = 1");
        HttpResponse<String> changed = http.get(ONE, "Accept", accept, "If-None-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isNotEmpty().isNotEqualTo(first.body());
        assertThat(tag(changed)).isNotEqualTo(tag);
    }

    @Test
    void anAnswerLongerThanTheFirstBufferHasNoTag() {
        assertThat(http.get("/rest/v1/things").headers().firstValue("ETag")).isEmpty();
        assertThat(http.get("/rest/v1/things?limit=100").headers().firstValue("ETag"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/vnd.pgrst.object+json"})
    void aRowThatSomebodyElseChangedIsNotWritten(String accept) {
        String tag = tag(http.get(ONE + "&select=id,n", "Accept", accept));
        HttpResponse<String> mine = http.send(
                "PATCH", ONE + "&select=id,n", "{\"n\":5}", "If-Match", tag, "Prefer", "return=representation");
        assertThat(mine.statusCode()).as(mine.body()).isEqualTo(200);
        assertThat(mine.body()).isEqualTo("[{\"id\":1,\"n\":5}]");

        for (String method : List.of("PATCH", "DELETE", "PUT")) {
            String path = method.equals("PUT") ? ONE : ONE + "&select=id,n";
            String body = method.equals("DELETE") ? "" : "{\"id\":1,\"name\":\"x\",\"n\":7}";
            HttpResponse<String> late = http.send(method, path, body, "If-Match", tag);
            assertThat(late.statusCode()).as(method + late.body()).isEqualTo(412);
            assertThat(late.body()).contains("SLUICE112");
        }
        assertThat(database.value("SELECT n FROM things WHERE id = 1")).isEqualTo("5");
        assertThat(http.send("DELETE", ONE + "&select=id,n", "", "If-Match", tag(http.get(ONE + "&select=id,n")))
                        .statusCode())
                .isEqualTo(204);
        assertThat(http.send("DELETE", ONE, "", "If-Match", "*").statusCode()).isEqualTo(412);
    }

    @Test
    void ofManyThatSawTheSameRowOneWrites() {
        for (int round = 0; round < 5; round++) {
            String tag = tag(http.get(ONE));
            long written = IntStream.range(0, 12)
                    .parallel()
                    .mapToObj(i -> http.send("PATCH", ONE, "{\"n\":" + (i + 100) + "}", "If-Match", tag))
                    .filter(answer -> answer.statusCode() == 204)
                    .count();
            assertThat(written).isEqualTo(1);
            database.execute("UPDATE things SET n = " + round + " WHERE id = 1");
        }
    }

    @Test
    void aConditionOnMoreThanOneRowIsRefused() {
        HttpResponse<String> answer = http.send("PATCH", "/rest/v1/things?n=eq.0", "{\"n\":1}", "If-Match", "\"x\"");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("SLUICE112").contains("one row");
    }

    @Test
    void aRowCanBePutOnlyWhereThereIsNone() {
        String body = "{\"id\":10000,\"name\":\"new\",\"n\":1}";
        assertThat(http.send("PUT", "/rest/v1/things?id=eq.10000", body, "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(204);
        assertThat(http.send("PUT", "/rest/v1/things?id=eq.10000", body.replace("new", "newer"), "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(database.value("SELECT name FROM things WHERE id = 10000")).isEqualTo("new");
    }

    private static String tag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }
}
