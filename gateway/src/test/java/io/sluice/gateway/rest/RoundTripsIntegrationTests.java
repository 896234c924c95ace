package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.RoundTrips;
import io.sluice.gateway.testing.Tokens;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a request costs on the wire, and that its settings hold although they are sent along with it. */
@PostgresTest(replicas = 1)
class RoundTripsIntegrationTests {

    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final int TRIES = 25;
    /** The ledger looks for holds that expire, on any connection: other traffic would be counted. */
    private static final String QUIET = "--sluice.ledger.expiry-interval=1h";

    private static final String MARK = "trip_accounts";
    private static final String SCHEMA = """
            DO $$ BEGIN CREATE ROLE trip_test_clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            ALTER ROLE trip_test_clerk SET statement_timeout = '4321ms';
            ALTER ROLE trip_test_clerk SET default_transaction_isolation = 'repeatable read';
            CREATE TABLE trip_accounts (id int PRIMARY KEY, owner text DEFAULT current_setting('request.jwt.claims')::json ->> 'sub');
            INSERT INTO trip_accounts VALUES (1, 'ada'), (2, 'bob');
            INSERT INTO trip_accounts SELECT i, 'bob' FROM generate_series(10, 2000) i;
            ALTER TABLE trip_accounts ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON trip_accounts USING (owner = current_setting('request.jwt.claims')::json ->> 'sub');
            GRANT ALL ON trip_accounts TO trip_test_clerk;
            CREATE FUNCTION trip_settings() RETURNS text LANGUAGE sql STABLE AS
              $$SELECT current_user || ' ' || current_setting('statement_timeout') || ' '
                       || current_setting('transaction_isolation') || ' ' || current_setting('search_path')$$;
            """;

    @BeforeAll
    static void create(TestDatabase database) {
        database.execute(SCHEMA);
    }

    @Test
    void aReadByKeyIsOneRoundTrip(TestDatabase database) throws IOException {
        NodeAddress node = database.primary();
        try (RoundTrips wire = new RoundTrips(node.port());
                GatewayUnderTest plain = GatewayUnderTest.start(through(wire, node), List.of(), QUIET);
                GatewayUnderTest roles = GatewayUnderTest.start(
                        through(wire, node), List.of(), QUIET, "--sluice.rest.jwt.secret=" + SECRET)) {
            Http http = new Http(plain.url());
            assertThat(trips(wire, http, "/rest/v1/trip_accounts?id=eq.1", "[{\"id\":1,\"owner\":\"ada\"}]"))
                    .as(() -> "without a role: " + wire.lastSent(MARK))
                    .isEqualTo(1);

            http = new Http(roles.url());
            assertThat(trips(wire, http, "/rest/v1/trip_accounts?id=eq.1", "[]", bearer("bob")))
                    .as(() -> "with a role and claims, nothing to be seen: " + wire.lastSent(MARK))
                    .isEqualTo(1);
            assertThat(trips(
                            wire,
                            http,
                            "/rest/v1/trip_accounts?id=eq.2",
                            "[{\"id\":2,\"owner\":\"bob\"}]",
                            bearer("bob")))
                    .as(() -> "with a role and claims: " + wire.lastSent(MARK))
                    .isEqualTo(1);
            HttpResponse<String> all = http.get("/rest/v1/trip_accounts?select=id", "Authorization", bearer("bob"));
            assertThat(all.body().lines()).as("many rows, by a portal").hasSize(1992);

            HttpResponse<String> written =
                    http.post("/rest/v1/trip_accounts", "{\"id\":3}", "Authorization", bearer("ada"));
            assertThat(written.statusCode()).as(written.body()).isEqualTo(201);
            assertThat(database.value("SELECT owner FROM trip_accounts WHERE id = 3"))
                    .isEqualTo("ada");
        }
    }

    @Test
    void settingsOfTheRoleHoldWhileItsRequestRuns(TestDatabase database) {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.jwt.secret=" + SECRET,
                "--sluice.rest.extra-search-path=public,pg_temp")) {
            Http http = new Http(gateway.url());
            assertThat(http.get("/rest/v1/rpc/trip_settings", "Authorization", bearer("bob"))
                            .body())
                    .isEqualTo(
                            "\"trip_test_clerk 4321ms repeatable read \\\"public\\\", \\\"public\\\", \\\"pg_temp\\\"\"");
            assertThat(http.get("/rest/v1/rpc/trip_settings").statusCode()).isEqualTo(401);
            HttpResponse<String> refused = http.get(
                    "/rest/v1/trip_accounts?id=eq.1",
                    "Authorization",
                    Tokens.bearer(SECRET, "{\"role\":\"no_such_role\"}"));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("no_such_role");
            assertThat(http.get("/rest/v1/trip_accounts?id=eq.2", "Authorization", bearer("bob"))
                            .statusCode())
                    .as("after a refusal")
                    .isEqualTo(200);
        }
    }

    /** The least of several times: the first loads the schema, and a slow machine may send late what belongs together. */
    private static int trips(RoundTrips wire, Http http, String path, String body, String... bearer) {
        String[] headers = bearer.length == 0 ? bearer : new String[] {"Authorization", bearer[0]};
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES && least > 1; i++) {
            wire.awaitQuiet(MARK);
            int before = wire.on(MARK);
            assertThat(http.get(path, headers).body()).isEqualTo(body);
            least = Math.min(least, wire.on(MARK) - before);
        }
        return least;
    }

    private static NodeAddress through(RoundTrips wire, NodeAddress node) {
        return new NodeAddress("127.0.0.1", wire.port(), node.database(), node.user(), node.password(), node.options());
    }

    private static String bearer(String who) {
        return Tokens.bearer(SECRET, "{\"role\":\"trip_test_clerk\",\"sub\":\"" + who + "\"}");
    }
}
