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
import org.junit.jupiter.api.Test;

/** A client that reads rows one by one is told the request that would have done. */
@PostgresTest
class AdviceIntegrationTests {

    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase database) {
        database.execute("""
                CREATE TABLE customers (id int PRIMARY KEY, name text);
                CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
                INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 50) i;
                INSERT INTO orders SELECT i, 1 + i % 50 FROM generate_series(1, 500) i;
                """);
        gateway = GatewayUnderTest.start(database.primary(), List.of(), "--sluice.rest.advise-after=10");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void theRequestThatWouldHaveDoneIsNamedInTheAnswerAndForTheOperator() {
        String byKey = null;
        String byParent = null;
        for (int i = 1; i <= 30; i++) {
            byKey = advice("/rest/v1/customers?select=name&id=eq." + i, byKey);
            byParent = advice("/rest/v1/orders?customer_id=eq." + i, byParent);
        }
        assertThat(byKey).contains("GET /rest/v1/customers?id=in.(").contains("would do");
        assertThat(byParent).contains("GET /rest/v1/customers?select=*,orders(*)");

        Http operator = new Http("http://127.0.0.1:" + gateway.managementPort());
        assertThat(operator.get("/actuator/advice").body())
                .contains("\"table\":\"orders\"")
                .contains("\"column\":\"customer_id\"")
                .contains("select=*,orders(*)");
        assertThat(operator.get("/actuator/prometheus").body()).containsPattern("sluice_advice_one_by_one_total [1-9]");
    }

    /** A slow machine may pause long enough to end a run; there are enough reads for another one. */
    private static String advice(String path, String before) {
        HttpResponse<String> answer = http.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Sluice-Advice").orElse(before);
    }
}
