package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** Filters too long for a URL: {@code QUERY}, and {@code POST} to {@code /query} for clients that cannot send it. */
@PostgresTest
class LongQueriesIntegrationTests {

    private static final String FORM = "application/x-www-form-urlencoded";

    private static GatewayUnderTest gateway;

    @BeforeAll
    static void start(TestDatabase database) {
        database.execute("CREATE TABLE things (id bigint PRIMARY KEY, name text);"
                + "INSERT INTO things SELECT i, 'n' || i FROM generate_series(1, 50000) i");
        gateway = GatewayUnderTest.start(database.primary(), List.of(), "--sluice.rest.max-query=200KB");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"QUERY,/things", "POST,/things/query"})
    void aBodyIsAQueryStringOfAnyLengthUpToTheLimit(String method, String path) {
        String ids = IntStream.rangeClosed(1, 20_000)
                .mapToObj(i -> Integer.toString(2 * i))
                .collect(Collectors.joining(","));

        assertThat(send(method, path + "?select=id&order=id", FORM, "id=in.(" + ids + ")&limit=2&offset=19998"))
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(200);
                    assertThat(answer.getResponseBody()).isEqualTo("[{\"id\":39998},\n{\"id\":40000}]");
                    assertThat(answer.getResponseHeaders().getFirst("Content-Location"))
                            .isNull();
                });
        assertThat(send(method, path, FORM, "select=name&name=eq.n%37"))
                .satisfies(answer -> assertThat(answer.getResponseBody()).isEqualTo("[{\"name\":\"n7\"}]"));
    }

    @ParameterizedTest
    @CsvSource({"QUERY,/things", "POST,/things/query"})
    void aLongerOneAndOneThatIsNoFormAreRefused(String method, String path) {
        assertThat(send(method, path, FORM, "id=in.(" + "1,".repeat(110_000) + "1)"))
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(413);
                    assertThat(answer.getResponseBody()).contains("SLUICE413");
                });
        assertThat(send(method, path, "application/json", "{}")).satisfies(answer -> {
            assertThat(answer.getStatus().value()).isEqualTo(415);
            assertThat(answer.getResponseBody()).contains("SLUICE111");
        });
        assertThat(send(method, path, FORM, "id=what.1")).satisfies(answer -> {
            assertThat(answer.getStatus().value()).isEqualTo(400);
            assertThat(answer.getResponseBody()).contains("PGRST100");
        });
    }

    private static EntityExchangeResult<String> send(String method, String path, String type, String body) {
        return gateway.client()
                .method(HttpMethod.valueOf(method))
                .uri("/rest/v1" + path)
                .header("Content-Type", type)
                .bodyValue(body)
                .exchange()
                .expectBody(String.class)
                .returnResult();
    }
}
