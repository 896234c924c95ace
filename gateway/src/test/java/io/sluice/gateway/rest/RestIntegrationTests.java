package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.Eventually;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** {@code /rest/v1} over a primary without replicas: what it answers. */
@PostgresTest(replicas = 1)
class RestIntegrationTests {

    private static GatewayUnderTest gateway;
    private static TestDatabase shop;

    @BeforeAll
    static void start(TestDatabase database) {
        shop = database;
        ShopSchema.create(database);
        gateway = GatewayUnderTest.start(database.primary(), List.of());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void filtersOrdersAndPages() {
        assertBody("/orders?select=id,amount&amount=gte.2.5&order=amount.desc&limit=2")
                .isEqualTo("[{\"id\":1,\"amount\":10.00},\n{\"id\":3,\"amount\":7.00}]");
        assertBody("/orders?select=id&or=(id.eq.4,and(id.gt.1,tags.is.null))&order=id")
                .isEqualTo("[{\"id\":2},\n{\"id\":4}]");
        assertBody("/orders?select=id,n:data->k->>n&data->k->>n=eq.1").isEqualTo("[{\"id\":1,\"n\":\"1\"}]");
        assertBody("/orders?select=id&tags=cs.{a}&placed=lt.2027-01-01").isEqualTo("[{\"id\":1}]");
        assertBody("/items?select=name&search=fts.nut").isEqualTo("[{\"name\":\"nut\"}]");
        assertBody("/orders?select=id&id=in.()").isEqualTo("[]");
    }

    @Test
    void embedsOverForeignKeysInEveryDirection() {
        assertBody("/orders?select=id,customers(name)&id=eq.1")
                .isEqualTo("[{\"id\":1,\"customers\":{\"name\":\"Ada\"}}]");
        assertBody("/customers?select=name,orders(id)&id=eq.1&orders.order=id.desc")
                .contains("{\"name\":\"Ada\",\"orders\":[{\"id\":2}")
                .contains("{\"id\":1}]");
        assertBody("/orders?select=id,items(name)&items.name=eq.bolt&id=eq.1")
                .isEqualTo("[{\"id\":1,\"items\":[{\"name\":\"bolt\"}]}]");
        assertBody("/orders?select=id,...customers(who:name)&id=eq.3").isEqualTo("[{\"id\":3,\"who\":\"Bob\"}]");
        assertBody("/orders?select=id,customers!inner(name)&customers.name=eq.Bob")
                .isEqualTo("[{\"id\":3,\"customers\":{\"name\":\"Bob\"}}]");
        assertBody("/orders?select=id,customers()&customers=is.null").isEqualTo("[{\"id\":4}]");
        assertBody("/big_orders?select=order_id,customers(name)&order_id=eq.1")
                .isEqualTo("[{\"order_id\":1,\"customers\":{\"name\":\"Ada\"}}]");
        assertBody("/orders?select=id,customers()&order=customers(name).desc.nullslast,id")
                .isEqualTo("[{\"id\":3},\n{\"id\":1},\n{\"id\":2},\n{\"id\":4}]");
    }

    @Test
    void saysWhichPartOfTheWholeItShows() {
        client().get()
                .uri("/rest/v1/orders?select=id&order=id")
                .header("Range", "1-2")
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectHeader()
                .valueEquals("Content-Range", "1-2/4")
                .expectBody(String.class)
                .isEqualTo("[{\"id\":2},\n{\"id\":3}]");
        client().get()
                .uri("/rest/v1/orders?offset=9")
                .header("Prefer", "count=exact")
                .exchange()
                .expectStatus()
                .isEqualTo(416)
                .expectHeader()
                .valueEquals("Content-Range", "*/4")
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("PGRST103"));
        client().head()
                .uri("/rest/v1/orders")
                .header("Prefer", "count=exact")
                .exchange()
                .expectHeader()
                .valueEquals("Content-Range", "0-3/4")
                .expectBody()
                .isEmpty();
    }

    @Test
    void answersInTheFormThatIsAskedFor() {
        assertBody("/customers?select=id,email&id=lt.3&order=id", "text/csv").isEqualTo("id,email\n1,ada@x\n2,bob@x");
        assertBody("/customers?select=id&id=lt.3&order=id", "application/x-ndjson")
                .isEqualTo("{\"id\":1}\n{\"id\":2}\n");
        assertBody("/customers?select=id,email&id=eq.3", "application/vnd.pgrst.object+json;nulls=stripped")
                .isEqualTo("{\"id\":3}");
        client().get()
                .uri("/rest/v1/customers")
                .header("Accept", "application/vnd.pgrst.object+json")
                .exchange()
                .expectStatus()
                .isEqualTo(406)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("PGRST116")
                .jsonPath("$.details")
                .value(String.class, details -> assertThat(details).startsWith("The result contains "));
    }

    @Test
    void refusesWhatItCannotDoAndNamesIt() {
        assertRefused("/ordrs", 404, "PGRST205", "public.orders");
        assertRefused("/orders?amout=eq.1", 400, "42703", "orders.amount");
        assertRefused("/orders?id=eq.x", 400, "22P02", null);
        assertRefused("/orders?id=is.what", 400, "PGRST100", null);
        assertRefused("/orders?select=id,custmers(*)", 400, "PGRST200", "customers");
        assertRefused("/rpc/ad?a=1", 404, "PGRST202", null);
    }

    @Test
    void writesAndShowsWhatItWrote() {
        write(HttpMethod.POST, "/customers", "{\"name\":\"New\",\"email\":\"new@x\"}", "return=headers-only")
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(201);
                    assertThat(answer.getResponseHeaders().getFirst("Location"))
                            .startsWith("/rest/v1/customers?id=eq.");
                    assertThat(answer.getResponseHeaders().getFirst("Sluice-Consistency-Token"))
                            .isNotNull();
                });
        write(
                        HttpMethod.PATCH,
                        "/customers?email=eq.new@x&select=name",
                        "{\"name\":\"Newer\"}",
                        "return=representation")
                .satisfies(answer -> assertThat(answer.getResponseBody()).isEqualTo("[{\"name\":\"Newer\"}]"));
        write(
                        HttpMethod.POST,
                        "/customers?on_conflict=email&select=name",
                        "[{\"name\":\"Newest\",\"email\":\"new@x\"}]",
                        "return=representation,resolution=merge-duplicates")
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(200);
                    assertThat(answer.getResponseBody()).isEqualTo("[{\"name\":\"Newest\"}]");
                });
        write(HttpMethod.DELETE, "/customers?email=eq.new@x", null, "count=exact")
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(204);
                    assertThat(answer.getResponseHeaders().getFirst("Content-Range"))
                            .isEqualTo("*/1");
                });
        assertBody("/customers?email=eq.new@x").isEqualTo("[]");
    }

    @Test
    void takesAWriteBackThatTouchesTooMuch() {
        write(HttpMethod.DELETE, "/order_items?order_id=eq.1", null, "handling=strict,max-affected=1")
                .satisfies(answer -> {
                    assertThat(answer.getStatus().value()).isEqualTo(400);
                    assertThat(answer.getResponseBody()).contains("PGRST124");
                });
        assertThat(shop.value("SELECT count(*) FROM order_items WHERE order_id = 1"))
                .isEqualTo("2");
    }

    @Test
    void putsOneRowUnderItsKey() {
        write(HttpMethod.PUT, "/items?id=eq.9", "{\"id\":9,\"name\":\"cog\"}", "return=representation")
                .satisfies(answer -> assertThat(answer.getStatus().value()).isEqualTo(201));
        write(HttpMethod.PUT, "/items?id=eq.9", "{\"id\":9,\"name\":\"gear\"}", "return=representation")
                .satisfies(answer -> assertThat(answer.getStatus().value()).isEqualTo(200));
        write(HttpMethod.PUT, "/items?id=eq.9", "{\"id\":8}", "return=minimal")
                .satisfies(answer -> assertThat(answer.getResponseBody()).contains("PGRST115"));
        assertThat(shop.value("SELECT string_agg(name, ',') FROM items WHERE id IN (8, 9)"))
                .isEqualTo("gear");
        shop.execute("DELETE FROM items WHERE id = 9");
    }

    @Test
    void callsFunctions() {
        assertBody("/rpc/add?a=1&b=2").isEqualTo("3");
        assertBody("/rpc/orders_of?who=1&select=id,customers(name)&order=id.desc&limit=1")
                .isEqualTo("[{\"id\":2,\"customers\":{\"name\":\"Ada\"}}]");
        write(HttpMethod.POST, "/rpc/add", "{\"a\":5}", "")
                .satisfies(answer -> assertThat(answer.getResponseBody()).isEqualTo("6"));
        write(HttpMethod.POST, "/rpc/touch", "{}", "")
                .satisfies(answer -> assertThat(answer.getStatus().value()).isEqualTo(204));
    }

    @Test
    void seesATableThatWasMadeAMomentAgo() {
        shop.execute("CREATE TABLE latecomers (id int); INSERT INTO latecomers VALUES (1)");
        Eventually.eventually(() -> assertBody("/latecomers").isEqualTo("[{\"id\":1}]"));
    }

    private static AbstractStringAssert<?> assertBody(String path) {
        return assertBody(path, "application/json");
    }

    private static AbstractStringAssert<?> assertBody(String path, String accept) {
        return assertThat(client().get()
                .uri(URI.create(gateway.url() + "/rest/v1" + encode(path)))
                .header("Accept", accept)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private static String encode(String path) {
        return path.replace("{", "%7B").replace("}", "%7D").replace(">", "%3E");
    }

    private static void assertRefused(String path, int status, String code, @Nullable String hint) {
        client().get()
                .uri("/rest/v1" + path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .value(body -> {
                    assertThat(body).contains("\"code\":\"" + code + "\"");
                    assertThat(body).contains(hint == null ? "\"hint\":" : hint);
                });
    }

    private static ObjectAssert<EntityExchangeResult<String>> write(
            HttpMethod method, String path, @Nullable String body, String prefer) {
        WebTestClient.RequestBodySpec request =
                client().method(method).uri("/rest/v1" + path).header("Prefer", prefer);
        WebTestClient.RequestHeadersSpec<?> complete = body == null
                ? request
                : request.header("Content-Type", "application/json").bodyValue(body);
        return assertThat(complete.exchange().expectBody(String.class).returnResult());
    }

    private static WebTestClient client() {
        return gateway.client();
    }
}
