package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** Other forms of an answer: media types defined in SQL, plans, aggregates; and URIs as people type them. */
@PostgresTest(replicas = 1)
class RepresentationIntegrationTests {

    private static final String MEDIA_TYPES = """
            CREATE DOMAIN "text/plain" AS text;
            CREATE DOMAIN "application/octet-stream" AS bytea;
            CREATE DOMAIN "text/x-names" AS text;
            CREATE DOMAIN "text/x-ids" AS text;
            CREATE FUNCTION greet(who text) RETURNS "text/plain" LANGUAGE sql IMMUTABLE AS 'SELECT ''hello '' || who';
            CREATE FUNCTION bytes() RETURNS "application/octet-stream" LANGUAGE sql IMMUTABLE
              AS $$SELECT '\\x00ff10'::bytea$$;
            CREATE FUNCTION add_name(so_far "text/x-names", next customers) RETURNS "text/x-names" LANGUAGE sql IMMUTABLE
              AS $$SELECT (coalesce(so_far::text, '') || '<' || (next).name || '>')::"text/x-names"$$;
            CREATE AGGREGATE names(customers) (SFUNC = add_name, STYPE = "text/x-names");
            CREATE FUNCTION add_row(so_far "text/x-ids", next anyelement) RETURNS "text/x-ids" LANGUAGE sql IMMUTABLE
              AS $$SELECT (coalesce(so_far::text, '') || (to_jsonb(next) ->> 'id') || ';')::"text/x-ids"$$;
            CREATE AGGREGATE ids(anyelement) (SFUNC = add_row, STYPE = "text/x-ids");
            """;

    /** With PostGIS' signature, on a geometry that is JSON already: the embedded servers have no PostGIS. */
    private static final String FEATURES = """
            CREATE SCHEMA extensions;
            CREATE FUNCTION extensions.st_asgeojson(
              r record, geom_column text DEFAULT '', maxdecimaldigits int DEFAULT 9, pretty_bool boolean DEFAULT false)
              RETURNS text LANGUAGE plpgsql STABLE AS $$
              BEGIN
                IF to_jsonb(r) -> 'place' IS NULL THEN
                  RAISE 'geometry column is missing' USING ERRCODE = '22023';
                END IF;
                RETURN jsonb_build_object('type', 'Feature', 'geometry', to_jsonb(r) -> 'place',
                  'properties', to_jsonb(r) - 'place');
              END $$;
            CREATE TABLE shops (id int PRIMARY KEY, place jsonb);
            INSERT INTO shops SELECT i, jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(i, 48))
              FROM generate_series(1, 3) i;
            """;

    private static GatewayUnderTest gateway;
    private static TestDatabase database;

    @BeforeAll
    static void start(TestDatabase shop) {
        database = shop;
        ShopSchema.create(database);
        database.execute(MEDIA_TYPES);
        gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.plan-enabled=true",
                "--sluice.rest.aggregates-enabled=true");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aFunctionAnswersWithTheMediaTypeThatItReturns() {
        EntityExchangeResult<byte[]> text = get("/rpc/greet?who=Ada", "text/plain");
        assertThat(new String(body(text), StandardCharsets.UTF_8)).isEqualTo("hello Ada");
        assertThat(header(text, HttpHeaders.CONTENT_TYPE)).isEqualTo("text/plain; charset=utf-8");
        EntityExchangeResult<byte[]> bytes = get("/rpc/bytes", "application/octet-stream");
        assertThat(body(bytes)).containsExactly(0, 0xff, 0x10);
        assertThat(header(bytes, HttpHeaders.CONTENT_TYPE)).isEqualTo("application/octet-stream");
        assertThat(get("/rpc/greet?who=Ada", "text/xml").getStatus().value()).isEqualTo(406);
        assertThat(text(get("/rpc/greet?who=Ada", "application/json"))).isEqualTo("\"hello Ada\"");
    }

    @Test
    void anAggregateAnswersForTheRowsOfItsTable() {
        EntityExchangeResult<byte[]> names = get("/customers?order=id&limit=2", "text/x-names");
        assertThat(text(names)).isEqualTo("<Ada><Bob>");
        assertThat(header(names, HttpHeaders.CONTENT_TYPE)).isEqualTo("text/x-names");
        assertThat(get("/customers?select=id,name", "text/x-names").getStatus().value())
                .isEqualTo(406);
        assertThat(get("/orders", "text/x-names").getStatus().value()).isEqualTo(406);
        assertThat(text(get("/orders?select=id&id=lt.3&order=id", "text/x-ids")))
                .isEqualTo("1;2;");
    }

    @Test
    void answersWithFeaturesWherePostGisIs() {
        String geoJson = "application/geo+json";
        EntityExchangeResult<byte[]> without = get("/orders", geoJson);
        assertThat(without.getStatus().value()).isEqualTo(406);
        assertThat(text(without)).contains("PGRST107").contains("needs PostGIS 3");

        database.execute(FEATURES);
        database.awaitReplicas();
        gateway.bean(SchemaCache.class).reload().block(Duration.ofSeconds(60));
        EntityExchangeResult<byte[]> shops = get("/shops?order=id&limit=2", geoJson);
        assertThat(text(shops))
                .isEqualTo("{\"type\":\"FeatureCollection\",\"features\":["
                        + "{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [1, 48]},"
                        + " \"properties\": {\"id\": 1}},\n"
                        + "{\"type\": \"Feature\", \"geometry\": {\"type\": \"Point\", \"coordinates\": [2, 48]},"
                        + " \"properties\": {\"id\": 2}}]}");
        assertThat(header(shops, HttpHeaders.CONTENT_TYPE)).isEqualTo("application/geo+json; charset=utf-8");
        assertThat(header(shops, HttpHeaders.CONTENT_RANGE)).isEqualTo("0-1/*");
        assertThat(text(get("/shops?id=gt.9", geoJson))).isEqualTo("{\"type\":\"FeatureCollection\",\"features\":[]}");
        EntityExchangeResult<byte[]> missing = get("/shops?select=id", geoJson);
        assertThat(missing.getStatus().value()).isEqualTo(400);
        assertThat(text(missing)).contains("22023").contains("geometry column is missing");
    }

    @Test
    void tellsCachesWhatTheAnswerDependsOn() {
        assertThat(get("/orders?id=eq.1", "text/csv").getResponseHeaders().get(HttpHeaders.VARY))
                .contains("Accept, Accept-Profile, Prefer, Range");
        assertThat(get("/orders?id=eq.1", "application/json")
                        .getResponseHeaders()
                        .get(HttpHeaders.VARY))
                .contains("Accept, Accept-Profile, Prefer, Range");
    }

    @Test
    void showsThePlanOfARequest() {
        EntityExchangeResult<byte[]> text = get("/orders?id=eq.1", "application/vnd.pgrst.plan");
        assertThat(header(text, HttpHeaders.CONTENT_TYPE))
                .isEqualTo("application/vnd.pgrst.plan+text; for=\"application/json\"; charset=utf-8");
        assertThat(text(text)).contains("Index Scan using orders_pkey").contains("\n");
        EntityExchangeResult<byte[]> json =
                get("/orders", "application/vnd.pgrst.plan+json; for=\"text/csv\"; options=analyze|buffers");
        assertThat(header(json, HttpHeaders.CONTENT_TYPE))
                .isEqualTo("application/vnd.pgrst.plan+json; for=\"text/csv\"; options=analyze|buffers; charset=utf-8");
        assertThat(text(json)).contains("\"Shared Hit Blocks\"").contains("\"Actual Rows\"");
    }

    @Test
    void aggregatesColumnsOfSpreadRowsOverTheRowsAroundThem() {
        assertThat(text(get(
                        "/orders?select=...customers(name,n:count()),total:amount.sum()&order=customers(name)", "*/*")))
                .isEqualTo("[{\"name\":\"Ada\",\"n\":2,\"total\":12.50},\n"
                        + "{\"name\":\"Bob\",\"n\":1,\"total\":7.00},\n{\"name\":null,\"n\":0,\"total\":0.00}]");
        assertThat(text(get("/order_items?select=...orders(amount.max(),...customers(id.max()::text))", "*/*")))
                .contains("\"max\":10.00");
        assertThat(text(get("/customers?select=...orders(amount.sum())", "*/*")))
                .contains("PGRST127");
    }

    @Test
    void warnsOfNamesThatWillStopWorking() {
        EntityExchangeResult<byte[]> old = get("/customers?select=name,bought:orders(id)&orders.id=eq.1", "*/*");
        assertThat(header(old, HttpHeaders.WARNING)).startsWith("299 ").contains("Update `orders` to `bought` in");
        EntityExchangeResult<byte[]> current = get("/customers?select=name,bought:orders(id)&bought.id=eq.1", "*/*");
        assertThat(header(current, HttpHeaders.WARNING)).isNull();
        assertThat(text(old)).isEqualTo(text(current));
    }

    @Test
    void takesUrisAsPeopleTypeThem() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write("GET /rest/v1/orders?select=id,n:data->k->>n&tags=cs.{\"a\"} HTTP/1.0\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            InputStream answer = socket.getInputStream();
            assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("[{\"id\":1,\"n\":\"1\"}]");
        }
    }

    @Test
    void saysWhatTheRootTakes() {
        gateway.client()
                .method(HttpMethod.OPTIONS)
                .uri("/rest/v1/")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Allow", "OPTIONS,GET,HEAD");
    }

    private static EntityExchangeResult<byte[]> get(String path, String accept) {
        return gateway.client()
                .get()
                .uri(URI.create(gateway.url() + "/rest/v1" + path))
                .header("Accept", accept)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static byte[] body(EntityExchangeResult<byte[]> answer) {
        return answer.getResponseBodyContent();
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(body(answer), StandardCharsets.UTF_8);
    }

    private static String header(EntityExchangeResult<byte[]> answer, String name) {
        return answer.getResponseHeaders().getFirst(name);
    }
}
