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

/** Corners of PostgREST's language that clients have come to rely on. */
@PostgresTest
class PostgrestDetailsIntegrationTests {

    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase database) {
        database.execute("""
                CREATE TABLE makers (id int PRIMARY KEY, name text);
                CREATE TABLE games (id int PRIMARY KEY, maker_id int REFERENCES makers, data jsonb);
                INSERT INTO makers VALUES (1, 'Ada'), (2, 'Bob');
                INSERT INTO games VALUES (1, 1, '[7,8]'), (2, 1, NULL), (3, 2, NULL);
                CREATE TABLE people (id int PRIMARY KEY);
                CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people);
                INSERT INTO people VALUES (1);
                INSERT INTO pets VALUES (1, 1);
                CREATE FUNCTION people(pets) RETURNS SETOF people ROWS 1 LANGUAGE sql STABLE AS
                  'SELECT * FROM people WHERE false';
                CREATE FUNCTION label(games) RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'game ' || $1.id $$;
                CREATE FUNCTION label(makers) RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'maker ' || $1.id $$;
                CREATE FUNCTION all_games() RETURNS SETOF games LANGUAGE sql STABLE AS 'SELECT * FROM games';
                CREATE FUNCTION add_them(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
                CREATE TABLE "semi;colon" (id int PRIMARY KEY);
                """);
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url() + "/rest/v1");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void anEmptySelectIsEverything() {
        assertThat(get("/makers?select=&id=eq.1")).isEqualTo("200 [{\"id\":1,\"name\":\"Ada\"}]");
        assertThat(get("/rpc/all_games?select=&id=eq.2")).isEqualTo("200 [{\"id\":2,\"maker_id\":1,\"data\":null}]");
        assertThat(get("/games?select=id,makers()&id=eq.2")).isEqualTo("200 [{\"id\":2}]");
    }

    @Test
    void anEmbeddedRelationMayHaveItsOwnNameAsAlias() {
        assertThat(get("/makers?select=id,games:games!games_maker_id_fkey(id)&id=eq.2&games.id=gt.0"))
                .isEqualTo("200 [{\"id\":2,\"games\":[{\"id\":3}]}]");
    }

    @Test
    void aFunctionTakesThePlaceOfTheKeyThatItIsNamedFor() {
        assertThat(get("/pets?select=id,people(id)")).isEqualTo("200 [{\"id\":1,\"people\":null}]");
        assertThat(get("/pets?select=id,people!inner(id)")).isEqualTo("200 []");
    }

    @Test
    void whatAFunctionReturnsHasTheComputedColumnsOfItsTable() {
        assertThat(get("/rpc/all_games?select=id,label&order=label.desc&limit=1"))
                .isEqualTo("200 [{\"id\":3,\"label\":\"game 3\"}]");
        assertThat(get("/rpc/all_games?select=id&or=(label.eq.game 1,label.like.*2)&order=id"))
                .isEqualTo("200 [{\"id\":1},\n{\"id\":2}]");
    }

    @Test
    void ofSeveralObjectsTheFirstHasAFunctionsArguments() {
        HttpResponse<String> sum = http.post("/rpc/add_them", "[{\"a\":1,\"b\":2},{\"a\":4,\"b\":6}]");
        assertThat(sum.body()).isEqualTo("3");
        assertThat(http.post("/rpc/add_them", "{\"a\":4,\"b\":6}").body()).isEqualTo("10");
    }

    @Test
    void functionsAreNotUpdatedOrDeleted() {
        for (String method : List.of("DELETE", "PATCH", "PUT")) {
            HttpResponse<String> refused = http.send(method, "/rpc/add_them", "");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.body()).contains("PGRST101").contains("Cannot use the " + method + " method on RPC");
        }
    }

    @Test
    void anOffsetBelowZeroIsZero() {
        HttpResponse<String> games = http.get("/games?select=id&order=id&offset=-4");
        assertThat(games.statusCode()).isEqualTo(200);
        assertThat(games.headers().firstValue("Content-Range")).hasValue("0-2/*");
    }

    @Test
    void namesMayHaveSemicolons() {
        assertThat(get("/semi;colon")).isEqualTo("200 []");
        assertThat(get("/semi%3Bcolon?id=eq.1;2")).startsWith("400 ");
    }

    @Test
    void mistakesAreToldInTheOrderInWhichTheyAreLookedFor() {
        assertThat(get("/games?select=nothing,semi(id)")).startsWith("400 ").contains("PGRST200");
        assertThat(get("/games?select=nothing")).startsWith("400 ").contains("42703");
        assertThat(get("/games?select=data-%3E%3E--34"))
                .contains("(line 1, column 9)")
                .contains("unexpected \\\"-\\\" expecting digit");
        assertThat(get("/games?select=data-%3E%3E-1&id=eq.1")).isEqualTo("200 [{\"data\":\"8\"}]");
    }

    @Test
    void aLimitThatIsNotAppliedIsNotSaidToBe() {
        HttpResponse<String> lenient =
                http.send("DELETE", "/games?id=gt.90", "", "Prefer", "handling=lenient, max-affected=10");
        assertThat(lenient.headers().firstValue("Preference-Applied")).hasValue("handling=lenient");
        HttpResponse<String> strict =
                http.send("DELETE", "/games?id=gt.90", "", "Prefer", "handling=strict, max-affected=10");
        assertThat(strict.headers().firstValue("Preference-Applied")).hasValue("handling=strict, max-affected=10");
    }

    private static String get(String path) {
        HttpResponse<String> answer = http.get(path.replace(" ", "%20"));
        return answer.statusCode() + " " + answer.body();
    }
}
