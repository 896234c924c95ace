package io.sluice.gateway.ledger;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.Tokens;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ledger's views through {@code /rest/v1}: what a caller sees is what the policies of the tables let it see. */
@PostgresTest(replicas = 1)
class LedgerViewsIntegrationTests {

    private static final String SECRET = "a secret that is long enough for HS256";
    private static final String ADA = UUID.randomUUID().toString();
    private static final String BOB = UUID.randomUUID().toString();
    private static final String BANK = UUID.randomUUID().toString();
    private static final String[] PROFILE = {"Accept-Profile", "sluice_ledger_api"};

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.schemas=public,sluice_ledger_api",
                "--sluice.rest.jwt.secret=" + SECRET,
                "--sluice.rest.anon-role=postgres");
        http = new Http(gateway.url());
        eventually(() -> assertThat(http.get("/ledger/v1/accounts?id=in.()").statusCode())
                .isEqualTo(200));
        // Word for word what the README tells to do.
        database.execute("""
                DROP ROLE IF EXISTS customer;
                CREATE ROLE customer;
                GRANT USAGE ON SCHEMA sluice_ledger, sluice_ledger_api TO customer;
                GRANT SELECT ON ALL TABLES IN SCHEMA sluice_ledger, sluice_ledger_api TO customer;
                ALTER TABLE sluice_ledger.accounts ENABLE ROW LEVEL SECURITY;
                ALTER TABLE sluice_ledger.transfers ENABLE ROW LEVEL SECURITY;
                CREATE POLICY own ON sluice_ledger.accounts FOR SELECT TO customer
                  USING (user_data_128 = (current_setting('request.jwt.claims')::json ->> 'sub')::uuid);
                CREATE POLICY own ON sluice_ledger.transfers FOR SELECT TO customer
                  USING (EXISTS (SELECT FROM sluice_ledger.accounts a WHERE a.id IN (debit_account_id, credit_account_id)))
                """);
        assertThat(http.post(
                                "/ledger/v1/accounts",
                                "[" + account(BANK, BANK) + "," + account(ADA, ADA) + "," + account(BOB, BOB) + "]")
                        .body())
                .doesNotContain("code\"");
        transfer(ADA, 100, "");
        transfer(ADA, 30, ",\"flags\":[\"pending\"]");
        transfer(BOB, 7, "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        database.execute("DROP OWNED BY customer; DROP ROLE customer");
    }

    private static String account(String id, String owner) {
        return "{\"id\":\"" + id + "\",\"ledger\":1,\"code\":1,\"user_data_128\":\"" + owner + "\"}";
    }

    private static void transfer(String to, int amount, String more) {
        HttpResponse<String> done = http.post(
                "/ledger/v1/transfers",
                "{\"id\":\"" + UUID.randomUUID() + "\",\"debit_account_id\":\"" + BANK + "\",\"credit_account_id\":\""
                        + to + "\",\"amount\":" + amount + ",\"ledger\":1,\"code\":1" + more + "}");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(201);
    }

    private static HttpResponse<String> readAs(String subject, String path) {
        String token = Tokens.bearer(SECRET, "{\"role\":\"customer\",\"sub\":\"" + subject + "\"}");
        return http.get(path, "Authorization", token, PROFILE[0], PROFILE[1]);
    }

    @Test
    void aCallerSeesItsOwnAccountsAndTransfers() {
        eventually(() -> assertThat(readAs(ADA, "/rest/v1/accounts?select=id,credits_posted,credits_pending,closed")
                        .body())
                .isEqualTo(
                        "[{\"id\":\"" + ADA + "\",\"credits_posted\":100,\"credits_pending\":30,\"closed\":false}]"));
        assertThat(readAs(ADA, "/rest/v1/transfers?select=amount,hold&order=at").body())
                .isEqualTo("[{\"amount\":100,\"hold\":null},\n{\"amount\":30,\"hold\":\"pending\"}]");
        assertThat(readAs(BOB, "/rest/v1/transfers?select=amount").body()).isEqualTo("[{\"amount\":7}]");
        assertThat(readAs(BOB, "/rest/v1/accounts?id=eq." + ADA).body()).isEqualTo("[]");
    }

    @Test
    void nobodyWritesThroughTheViews() {
        eventually(() ->
                assertThat(http.get("/rest/v1/accounts", PROFILE).statusCode()).isEqualTo(200));
        // Not even the gateway's own user, who owns the tables.
        HttpResponse<String> refused = http.send(
                "PATCH",
                "/rest/v1/accounts?id=eq." + ADA,
                "{\"credits_posted\":1000000}",
                "Content-Profile",
                "sluice_ledger_api");
        assertThat(refused.statusCode()).as(refused.body()).isGreaterThanOrEqualTo(400);
        assertThat(database.value("SELECT credits_posted FROM sluice_ledger.accounts WHERE id = '" + ADA + "'"))
                .isEqualTo("100");
    }

    @Test
    void aViewFindsARowByItsIndex() {
        assertThat(database.query(
                                "SET enable_seqscan = off; EXPLAIN SELECT * FROM sluice_ledger_api.accounts WHERE id = '"
                                        + ADA + "'")
                        .toString())
                .contains("accounts_pkey");
    }
}
