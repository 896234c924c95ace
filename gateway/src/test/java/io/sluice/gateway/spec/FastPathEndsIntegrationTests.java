package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static io.sluice.gateway.testing.RawConnection.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.RawConnection;
import io.sluice.gateway.testing.TableLock;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Known reads where there is no room for them, and where the server stops. Each test has a gateway of its own. */
@PostgresTest
class FastPathEndsIntegrationTests {

    private static final String KNOWN = "/rest/v1/things?id=eq.";

    private static TestDatabase database;

    @BeforeAll
    static void fill(TestDatabase things) {
        database = things;
        database.execute("CREATE TABLE things (id int PRIMARY KEY, n text)");
        database.execute("INSERT INTO things SELECT i, 'n' || i FROM generate_series(1, 1000) i");
        database.execute("CREATE TABLE others (id int PRIMARY KEY); INSERT INTO others VALUES (1)");
        database.execute("CREATE TABLE full_pool (id int PRIMARY KEY); INSERT INTO full_pool VALUES (1)");
    }

    private static GatewayUnderTest start(String... arguments) {
        return GatewayUnderTest.start(database.primary(), List.of(), arguments);
    }

    private static double fast(GatewayUnderTest gateway) {
        return gateway.bean(MeterRegistry.class)
                .get("sluice.rest.fast")
                .functionCounter()
                .count();
    }

    @Test
    void withoutAConnectionItIsRefusedInTime() {
        String path = "/rest/v1/full_pool?id=eq.1";
        try (GatewayUnderTest small = start("--sluice.pool.max-size=1", "--sluice.pool.acquire-timeout=1s")) {
            Http client = new Http(small.url());
            assertThat(client.get(path).statusCode()).isEqualTo(200);
            assertThat(client.get("/rest/v1/things?id=eq.1").statusCode()).isEqualTo(200);
            try (TableLock lock = new TableLock(database, "things");
                    RawConnection holder = new RawConnection(small.port()).send(request("GET", KNOWN + 1))) {
                eventually(() -> assertThat(lock.waiting()).isEqualTo(1));
                HttpResponse<String> refused = client.get(path);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(refused.body()).contains("PGRST003");
                lock.release();
                assertThat(holder.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whatIsOnItsWayIsAnsweredBeforeTheServerStops() {
        GatewayUnderTest stopping = start("--sluice.pool.max-size=2");
        Http client = new Http(stopping.url());
        assertThat(client.get(KNOWN + 1).statusCode()).isEqualTo(200);
        assertThat(client.get("/rest/v1/others?id=eq.1").statusCode()).isEqualTo(200);
        CompletableFuture<Void> stopped;
        try (RawConnection connection = new RawConnection(stopping.port())) {
            try (TableLock lock = new TableLock(database, "things")) {
                connection.send(request("GET", KNOWN + 5));
                eventually(() -> assertThat(lock.waiting()).isEqualTo(1));
                stopped = CompletableFuture.runAsync(stopping::close);
                eventually(() -> {
                    double before = fast(stopping);
                    client.get("/rest/v1/others?id=eq.1");
                    assertThat(fast(stopping))
                            .as("known reads are the framework's now")
                            .isEqualTo(before);
                });
            }
            assertThat(connection.answer().body()).startsWith("[{\"id\":5,");
        }
        assertThat(stopped).succeedsWithin(60, TimeUnit.SECONDS);
    }
}
