package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.Tokens;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The root: what a role may use as OpenAPI, and the page. */
@PostgresTest(replicas = 1)
class RootIntegrationTests {

    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final String CLERK = Tokens.bearer(SECRET, "{\"role\":\"root_test_clerk\"}");
    private static final String ROLES = """
            DO $$ BEGIN
              CREATE ROLE root_test_anyone; CREATE ROLE root_test_clerk;
            EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT USAGE ON SCHEMA public TO root_test_anyone, root_test_clerk;
            GRANT SELECT (id, name) ON customers TO root_test_anyone;
            GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders, big_orders TO root_test_clerk;
            REVOKE EXECUTE ON FUNCTION touch() FROM public;
            GRANT EXECUTE ON FUNCTION touch() TO root_test_clerk;
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE "odd name" (
              id int PRIMARY KEY, code varchar(8) NOT NULL DEFAULT 'x''y', mood mood, grid int[], made date DEFAULT now(),
              double int GENERATED ALWAYS AS (id * 2) STORED, of_customer bigint NOT NULL REFERENCES customers);
            GRANT SELECT, INSERT ON "odd name" TO root_test_clerk;
            COMMENT ON TABLE "odd name" IS 'Odd things';
            COMMENT ON COLUMN "odd name".mood IS 'How it feels';
            COMMENT ON FUNCTION add(int, int) IS E'Adds\\nTwo numbers.';
            """;

    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase database) {
        ShopSchema.create(database);
        database.execute(ROLES);
        gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.anon-role=root_test_anyone",
                "--sluice.rest.jwt.secret=" + SECRET);
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void describesWhatTheRoleMayUse() {
        JsonNode anyone = document();
        assertThat(anyone.path("openapi").stringValue()).isEqualTo("3.1.0");
        assertThat(names(anyone.path("paths"))).containsExactly("/customers", "/rpc/add", "/rpc/orders_of");
        assertThat(names(anyone.path("paths").path("/customers"))).containsExactly("get");
        JsonNode clerk = document("Authorization", CLERK);
        assertThat(names(clerk.path("paths")))
                .containsExactly(
                        "/big_orders",
                        "/customers",
                        "/odd name",
                        "/orders",
                        "/rpc/add",
                        "/rpc/orders_of",
                        "/rpc/touch");
        assertThat(names(clerk.path("paths").path("/customers")))
                .containsExactly("get", "post", "put", "patch", "delete");
        assertThat(names(clerk.path("paths").path("/odd name"))).containsExactly("get", "post");
    }

    @Test
    void describesColumnsAndArguments() {
        JsonNode clerk = document("Authorization", CLERK);
        JsonNode odd = clerk.path("components").path("schemas").path("odd.20.name");
        assertThat(odd.path("description").stringValue()).isEqualTo("Odd things");
        assertThat(odd.path("required").toString()).isEqualTo("[\"id\",\"of_customer\"]");
        assertThat(odd.path("properties").path("code").toString())
                .isEqualTo("{\"type\":\"string\",\"maxLength\":8,\"default\":\"x'y\","
                        + "\"x-postgresql-type\":\"character varying(8)\"}");
        assertThat(odd.path("properties").path("mood").toString())
                .isEqualTo("{\"type\":[\"string\",\"null\"],\"enum\":[\"good\",\"bad\",null],"
                        + "\"x-postgresql-type\":\"public.mood\",\"description\":\"How it feels\"}");
        assertThat(odd.path("properties")
                        .path("grid")
                        .path("items")
                        .path("format")
                        .stringValue())
                .isEqualTo("int32");
        assertThat(odd.path("properties").path("double").path("readOnly").booleanValue())
                .isTrue();
        assertThat(odd.path("properties")
                        .path("of_customer")
                        .path("description")
                        .stringValue())
                .contains("<fk table='customers' column='id'/>");
        JsonNode add = clerk.path("paths").path("/rpc/add").path("get");
        assertThat(add.path("summary").stringValue()).isEqualTo("Adds");
        assertThat(add.path("description").stringValue()).isEqualTo("Two numbers.");
        assertThat(add.path("parameters").path(1).path("required").booleanValue())
                .isFalse();
    }

    @Test
    void refersToNothingThatIsNotThere() {
        JsonNode document = document("Authorization", CLERK);
        List<JsonNode> references = document.findValues("$ref");
        assertThat(references).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.stringValue().substring(1)).isMissingNode())
                .as(reference.stringValue())
                .isFalse());
    }

    @Test
    void showsAPageToBrowsers() {
        HttpResponse<String> page =
                http.get("/rest/v1/", "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'");
        assertThat(page.body()).contains("<title>Sluice</title>").doesNotContain("http://", "https://", "src=");
    }

    @Test
    void refusesOtherForms() {
        HttpResponse<String> answer = http.get("/rest/v1/", "Accept", "text/csv");
        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(answer.body()).contains("PGRST107");
    }

    private static JsonNode document(String... headers) {
        HttpResponse<String> answer = http.get("/rest/v1/", headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/openapi+json; charset=utf-8");
        return JsonMapper.shared().readTree(answer.body());
    }

    private static List<String> names(JsonNode object) {
        return new ArrayList<>(object.propertyNames());
    }
}
