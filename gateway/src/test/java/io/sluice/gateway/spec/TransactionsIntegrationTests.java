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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /rest/v1/}: several requests in one transaction. */
@PostgresTest
class TransactionsIntegrationTests {

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE TABLE accounts (id int PRIMARY KEY, owner text, balance numeric NOT NULL CHECK (balance >= 0));
                CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int REFERENCES accounts
                  DEFERRABLE INITIALLY DEFERRED, note text, amount numeric);
                CREATE FUNCTION loud(x int) RETURNS int LANGUAGE sql AS
                  $$ SELECT set_config('response.status', '202', true), set_config('response.headers', '[{"X-Loud": "yes"}]', true);
                     SELECT x $$;
                CREATE FUNCTION isolation() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT current_setting('transaction_isolation') $$;
                CREATE FUNCTION whereabouts() RETURNS text LANGUAGE sql VOLATILE AS
                  $$ SELECT current_setting('request.method') || ' ' || current_setting('request.path') || ' ' || txid_current() $$;
                """);
        gateway = GatewayUnderTest.start(
                database.primary(), List.of(), "--sluice.rest.max-requests=5", "--sluice.rest.max-body=100KB");
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @BeforeEach
    void fill() {
        database.execute(
                "TRUNCATE accounts, entries;"
                        + "INSERT INTO accounts VALUES (1, 'ada', 100), (2, 'bob', 50), (3, 'cy', 12345678901234567890.123456789)");
    }

    @Test
    void allOfThemHappenInOrderAndEachIsAnswered() {
        HttpResponse<String> answer = http.post("/rest/v1/", """
                [{"method": "PATCH", "path": "accounts?id=eq.1&select=balance", "headers": {"Prefer": "return=representation"},
                  "body": {"balance": 70}},
                 {"method": "PATCH", "path": "/rest/v1/accounts?id=eq.2", "body": {"balance": 80}},
                 {"method": "POST", "path": "/entries?columns=account,note,amount", "headers": {"Prefer": "return=headers-only"},
                  "body": [{"account": 1, "note": "ü \\"x\\"", "amount": 12345678901234567890.1234567890}]},
                 {"path": "/accounts?select=id,balance&id=lt.3&order=id"},
                 {"path": "/accounts?select=owner&id=eq.1", "headers": {"Accept": "text/csv"}}]
                """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Sluice-Consistency-Token")).isPresent();
        JsonNode answers = JsonMapper.shared().readTree(answer.body());
        assertThat(answers).hasSize(5);
        assertThat(answers.get(0).path("status").intValue()).isEqualTo(200);
        assertThat(answers.get(0).path("body").toString()).isEqualTo("[{\"balance\":70}]");
        assertThat(answers.get(1).path("status").intValue()).isEqualTo(204);
        assertThat(answers.get(1).path("body").isNull()).isTrue();
        assertThat(answers.get(2).path("status").intValue()).isEqualTo(201);
        assertThat(answers.get(2).path("headers").path("Location").stringValue())
                .startsWith("/rest/v1/entries?id=eq.");
        assertThat(answers.get(3).path("body").toString())
                .isEqualTo("[{\"id\":1,\"balance\":70},{\"id\":2,\"balance\":80}]");
        assertThat(answers.get(4).path("body").stringValue()).isEqualTo("owner\nada");
        assertThat(database.value("SELECT note || amount FROM entries"))
                .isEqualTo("ü \"x\"12345678901234567890.1234567890");
    }

    @Test
    void oneThatFailsUndoesAllAndIsNamed() {
        HttpResponse<String> answer = http.post("/rest/v1/", """
                [{"method": "PATCH", "path": "accounts?id=eq.2", "body": {"balance": 150}},
                 {"method": "POST", "path": "entries", "body": {"account": 2, "amount": 100}},
                 {"method": "PATCH", "path": "accounts?id=eq.1", "body": {"balance": -1}}]
                """);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("23514").contains("request 2 (PATCH /rest/v1/accounts?id=eq.1)");
        answer = http.post("/rest/v1/", """
                [{"method": "PATCH", "path": "accounts?id=eq.2", "body": {"balance": 150}},
                 {"method": "PATCH", "path": "acounts?id=eq.1", "body": {"balance": 1}}]
                """);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("PGRST205").contains("request 1 ");
        answer = http.post("/rest/v1/", """
                [{"method": "PATCH", "path": "accounts?id=eq.2", "body": {"balance": 150}},
                 {"method": "DELETE", "path": "accounts?id=eq.1", "headers": {"If-Match": "\\"old\\""}}]
                """);
        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.body()).contains("SLUICE112").contains("request 1 ");
        answer = http.post("/rest/v1/", """
                [{"method": "PATCH", "path": "accounts?id=eq.2", "body": {"balance": 150}},
                 {"method": "POST", "path": "entries", "body": {"account": 77}}]
                """);
        assertThat(answer.statusCode()).as("refused by the COMMIT").isEqualTo(409);
        assertThat(database.value("SELECT sum(balance) FROM accounts WHERE id < 3"))
                .isEqualTo("150");
        assertThat(database.value("SELECT count(*) FROM entries")).isEqualTo("0");
    }

    @Test
    void theyShareATransactionAndNothingElse() {
        HttpResponse<String> answer = http.post("/rest/v1/", """
                [{"method": "POST", "path": "rpc/whereabouts", "body": {}},
                 {"method": "POST", "path": "rpc/loud", "body": {"x": 1}},
                 {"method": "POST", "path": "rpc/whereabouts", "body": {}},
                 {"method": "POST", "path": "rpc/isolation", "body": {}},
                 {"method": "POST", "path": "accounts?on_conflict=id", "headers": {"Prefer": "resolution=merge-duplicates"},
                  "body": [{"id": 1, "balance": 1}]}]
                """, "Prefer", "isolation=serializable");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("isolation=serializable");
        JsonNode answers = JsonMapper.shared().readTree(answer.body());
        assertThat(answers.get(0).path("body").stringValue()).startsWith("POST /rest/v1/rpc/whereabouts ");
        assertThat(answers.get(2).path("body")).isEqualTo(answers.get(0).path("body"));
        assertThat(answers.get(1).path("status").intValue()).isEqualTo(202);
        assertThat(answers.get(1).path("headers").path("X-Loud").stringValue()).isEqualTo("yes");
        assertThat(answers.get(2).path("status").intValue()).isEqualTo(200);
        assertThat(answers.get(2).path("headers").has("X-Loud")).isFalse();
        assertThat(answers.get(3).path("body").stringValue()).isEqualTo("serializable");
        assertThat(answers.get(4).path("status").intValue())
                .as("only an update")
                .isEqualTo(200);
    }

    @Test
    void aListThatIsSentAgainWithItsKeyIsDoneOnce() {
        String list = "[{\"method\":\"POST\",\"path\":\"entries\",\"body\":{\"account\":1,\"amount\":5}}]";
        HttpResponse<String> first = http.post("/rest/v1/", list, "Idempotency-Key", "\"list-1\"");
        HttpResponse<String> again = http.post("/rest/v1/", list, "Idempotency-Key", "\"list-1\"");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(database.value("SELECT count(*) FROM entries")).isEqualTo("1");
    }

    @Test
    void whatIsNoListOfRequestsIsRefusedBeforeAnythingRuns() {
        assertRefused("{}", "no list");
        assertRefused("[1]", "Request 0");
        assertRefused("[{\"path\":\"accounts\"},{\"method\":\"GET\"}]", "Request 1 has no path");
        assertRefused("[{\"path\":\"accounts\",\"method\":\"OPTIONS\"}]", "'OPTIONS'");
        assertRefused("[{\"path\":\"accounts\",\"headers\":{\"authorization\":\"x\"}}]", "'authorization'");
        assertRefused("[{\"path\":\"rpc/loud?x=1\"}]", "POST to functions");
        assertRefused("[{\"path\":\"accounts\",\"when\":1}]", "'when'");
        assertRefused("[" + "{\"path\":\"accounts\"},".repeat(5) + "{\"path\":\"accounts\"}]", "more than 5");
        assertRefused("[{\"path\":\"accounts\"}", "no JSON");
        assertThat(http.post("/rest/v1/", "[{\"path\":\"" + "x".repeat(110_000) + "\"}]")
                        .statusCode())
                .isEqualTo(413);
        database.execute("INSERT INTO accounts SELECT i, repeat('x', 1000), 0 FROM generate_series(100, 300) i");
        HttpResponse<String> long1 = http.post("/rest/v1/", "[{\"path\":\"accounts\"}]");
        assertThat(long1.statusCode()).isEqualTo(413);
        assertThat(http.post("/rest/v1/", "[]").body()).isEqualTo("[]");
    }

    private static void assertRefused(String list, String message) {
        HttpResponse<String> answer = http.post("/rest/v1/", list);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("SLUICE114").contains(message);
    }
}
