package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code PATCH} with {@code Prefer: update=by-key}: many rows, each with values of its own. */
@PostgresTest
class UpdatesByKeyIntegrationTests {

    private static final String BY_KEY = "update=by-key";

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE TABLE things (id bigint PRIMARY KEY, name text UNIQUE, n int DEFAULT 7, data jsonb);
                CREATE TABLE tags (a int, b text, n int, PRIMARY KEY (b, a));
                CREATE TABLE keyless (id int, n int);
                """);
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
        database.execute("TRUNCATE things, tags; INSERT INTO things SELECT i, 'n' || i, 0 FROM generate_series(1, 9) i;"
                + "INSERT INTO tags VALUES (1, 'x', 0), (1, 'y', 0), (2, 'x', 0)");
    }

    @Test
    void everyRowGetsItsOwnValuesInOneStatement() {
        HttpResponse<String> answer = patch(
                "/rest/v1/things?select=id,n,data&order=id",
                "[{\"id\":3,\"n\":30,\"data\":{\"a\":1}},{\"id\":1,\"n\":10,\"data\":null},{\"id\":77,\"n\":1,\"data\":2}]",
                BY_KEY + ",return=representation,count=exact");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("[{\"id\":1,\"n\":10,\"data\":null},\n{\"id\":3,\"n\":30,\"data\":{\"a\": 1}}]");
        assertThat(answer.headers().firstValue("Content-Range")).hasValue("0-1/2");
        assertThat(answer.headers().firstValue("Preference-Applied"))
                .hasValue("update=by-key, return=representation, count=exact");
        assertThat(database.value("SELECT sum(n) FROM things")).isEqualTo("40");
    }

    @Test
    void keysOfSeveralColumnsUniqueKeysFiltersAndDefaultsAreUnderstood() {
        assertThat(patch("/rest/v1/tags", "[{\"a\":1,\"b\":\"y\",\"n\":5},{\"b\":\"x\",\"a\":2,\"n\":6}]", BY_KEY)
                        .statusCode())
                .isEqualTo(204);
        assertThat(database.value("SELECT string_agg(a || b || n, ' ' ORDER BY n) FROM tags"))
                .isEqualTo("1x0 1y5 2x6");

        patch(
                "/rest/v1/things?on_conflict=name&id=lt.3",
                "[{\"name\":\"n2\",\"n\":2},{\"name\":\"n4\",\"n\":4}]",
                BY_KEY);
        assertThat(database.value("SELECT string_agg(id || ':' || n, ' ') FROM things WHERE n > 0"))
                .isEqualTo("2:2");

        patch("/rest/v1/things?columns=id,n", "[{\"id\":5},{\"id\":6,\"n\":1}]", BY_KEY + ",missing=default");
        assertThat(database.value("SELECT string_agg(id || ':' || n, ' ' ORDER BY id) FROM things WHERE id IN (5, 6)"))
                .isEqualTo("5:7 6:1");
    }

    @Test
    void whatNobodyCouldDecideIsRefusedAndNothingIsWritten() {
        assertRefused(
                "/rest/v1/things", "[{\"id\":1,\"n\":1},{\"id\":2,\"n\":2},{\"id\":1,\"n\":3}]", "1 rows of the body");
        assertRefused("/rest/v1/things", "[{\"name\":\"n1\",\"n\":1}]", "key column 'id'");
        assertRefused("/rest/v1/things", "[{\"id\":1}]", "nothing but their key");
        assertRefused("/rest/v1/keyless", "[{\"id\":1,\"n\":1}]", "no key");
        assertRefused("/rest/v1/things?on_conflict=n", "[{\"id\":1,\"n\":1}]", "no key (n)");
        assertThat(patch("/rest/v1/things", "[{\"id\":1,\"n\":1},{\"id\":2,\"n\":\"x\"}]", BY_KEY)
                        .statusCode())
                .isEqualTo(400);
        assertThat(database.value("SELECT sum(n) FROM things")).isEqualTo("0");
    }

    private static void assertRefused(String path, String body, String message) {
        HttpResponse<String> answer = patch(path, body, BY_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("SLUICE113").contains(message);
    }

    private static HttpResponse<String> patch(String path, String body, String prefer) {
        return http.send("PATCH", path, body, "Prefer", prefer);
    }
}
