package io.sluice.gateway.rest;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A database that changes under a running gateway. */
@PostgresTest(replicas = 1)
class SchemaReloadIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RELOAD = "NOTIFY pgrst, 'reload schema'";

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase fresh) {
        database = fresh;
        ShopSchema.create(database);
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
        assertThat(get("/items").statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aNotificationMakesANewColumnKnownAndDropsNoRequest() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> others = CompletableFuture.supplyAsync(() -> {
            int requests = 0;
            while (!over.get()) {
                assertThat(get("/items?select=name&limit=1").statusCode()).isEqualTo(200);
                requests++;
            }
            return requests;
        });
        database.execute("ALTER TABLE items ADD COLUMN colour text DEFAULT 'red'");
        database.execute(RELOAD);
        eventually(LIMIT, () -> assertThat(knownColumns()).contains("colour"));
        assertThat(get("/items?select=colour&limit=1").body()).isEqualTo("[{\"colour\":\"red\"}]");
        over.set(true);
        assertThat(others.get()).isPositive();
    }

    @Test
    void listensAgainAfterItsConnectionIsLost() {
        String listeners = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND query LIKE 'LISTEN%' OR query = 'SELECT 1' AND datname = current_database()";
        eventually(LIMIT, () -> assertThat(database.value(listeners)).isNotEqualTo("0"));
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')");
        database.execute("ALTER TABLE items ADD COLUMN while_away int");
        eventually(LIMIT, () -> assertThat(knownColumns()).contains("while_away"));
        database.execute("ALTER TABLE items ADD COLUMN after_that int");
        database.execute(RELOAD);
        eventually(LIMIT, () -> assertThat(knownColumns()).contains("after_that"));
    }

    @Test
    void anOperatorCanAskForIt() {
        database.execute("ALTER TABLE items ADD COLUMN by_hand int");
        Http operator = new Http("http://127.0.0.1:" + gateway.managementPort());
        HttpResponse<String> answer = operator.post("/actuator/schema", "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"tables\":");
        assertThat(knownColumns()).contains("by_hand");
    }

    /** Nobody says anything here; the requests find out by themselves, a few seconds after the last reading. */
    @Test
    void aRequestThatMeetsAnotherSchemaIsAnsweredAllTheSame() {
        database.execute("CREATE TABLE surprises (id int PRIMARY KEY, old_name text)");
        database.execute("INSERT INTO surprises VALUES (1, 'x')");
        eventually(LIMIT, () -> assertThat(get("/surprises").body()).isEqualTo("[{\"id\":1,\"old_name\":\"x\"}]"));
        database.execute("ALTER TABLE surprises RENAME old_name TO new_name");
        eventually(LIMIT, () -> assertThat(get("/surprises").body()).isEqualTo("[{\"id\":1,\"new_name\":\"x\"}]"));
        database.execute("ALTER TABLE surprises ADD COLUMN more int DEFAULT 5");
        eventually(LIMIT, () -> assertThat(get("/surprises?select=more").body()).isEqualTo("[{\"more\":5}]"));
    }

    private static java.util.Set<String> knownColumns() {
        return java.util.Objects.requireNonNull(
                        gateway.bean(SchemaCache.class).current().table("public", "items"))
                .columns()
                .keySet();
    }

    private static HttpResponse<String> get(String path) {
        return http.get("/rest/v1" + path);
    }
}
