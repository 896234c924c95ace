package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code Prefer: count} where answers are cut, and of functions. */
@PostgresTest
class CountsIntegrationTests {

    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase database) {
        // Without statistics the planner takes a table for larger than these few rows.
        database.execute("""
                CREATE TABLE few (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
                INSERT INTO few SELECT generate_series(1, 8);
                CREATE TABLE many (id int PRIMARY KEY) WITH (autovacuum_enabled = false);
                INSERT INTO many SELECT generate_series(1, 500);
                ANALYZE many;
                INSERT INTO many SELECT generate_series(501, 502);
                CREATE FUNCTION twenty() RETURNS SETOF many LANGUAGE sql STABLE ROWS 7 AS 'SELECT * FROM many LIMIT 20';
                """);
        gateway = GatewayUnderTest.start(database.primary(), List.of(), "--sluice.rest.max-rows=10");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void anEstimateIsExactUpToTheNumberOfRowsThatAnswersAreCutAt() {
        assertThat(range("/rest/v1/few", "estimated")).isEqualTo("200 0-7/8");
        assertThat(range("/rest/v1/few?limit=3&offset=2", "estimated")).isEqualTo("206 2-4/8");
        assertThat(range("/rest/v1/few?offset=9", "estimated")).isEqualTo("416 */8");
        assertThat(range("/rest/v1/few?select=id&order=id&limit=3", "estimated,pages=keyset"))
                .isEqualTo("200 */8");
    }

    @Test
    void anEstimateOfMoreIsThePlanners() {
        assertThat(range("/rest/v1/many", "estimated")).isEqualTo("206 0-9/500");
        assertThat(range("/rest/v1/many?offset=400", "estimated")).isEqualTo("206 400-409/500");
        assertThat(range("/rest/v1/many", "exact")).isEqualTo("206 0-9/502");
        assertThat(range("/rest/v1/many", "planned")).isEqualTo("206 0-9/500");
    }

    @Test
    void answersAreCutBehindLimitOffsetAndRange() {
        assertThat(range("/rest/v1/many?offset=490", "exact")).isEqualTo("206 490-499/502");
        assertThat(range("/rest/v1/many", "exact", "Range", "5-100")).isEqualTo("206 5-14/502");
        assertThat(range("/rest/v1/many?limit=20", "exact", "Range", "15-30")).isEqualTo("206 15-19/502");
        assertThat(range("/rest/v1/many?limit=0", "exact", "Range", "15-30")).isEqualTo("206 */502");
        assertThat(range("/rest/v1/rpc/twenty?offset=12", "exact")).isEqualTo("206 12-19/20");
        assertThat(range("/rest/v1/rpc/twenty", "exact", "Range", "3-100")).isEqualTo("206 3-12/20");
        assertThat(range("/rest/v1/many?limit=-1", "exact", "Range", "0-1")).isEqualTo("416 -");
    }

    /** PostgreSQL plans a function's result by what its declaration says, which tells nothing. */
    @Test
    void whatAFunctionReturnsIsCountedOrNotKnown() {
        assertThat(range("/rest/v1/rpc/twenty", "exact")).isEqualTo("206 0-9/20");
        assertThat(range("/rest/v1/rpc/twenty", "estimated")).isEqualTo("206 0-9/20");
        assertThat(range("/rest/v1/rpc/twenty", "planned")).isEqualTo("200 0-9/*");
        assertThat(range("/rest/v1/rpc/twenty?offset=21", "estimated")).isEqualTo("416 */20");
    }

    private static String range(String path, String count, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Prefer", "count=" + count));
        HttpResponse<String> answer = http.get(path, all.toArray(String[]::new));
        assertThat(answer.headers().firstValue("Preference-Applied").orElse("count=" + count))
                .isEqualTo("count=" + count.replace(",", ", "));
        return answer.statusCode() + " "
                + answer.headers().firstValue("Content-Range").orElse("-");
    }
}
