package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayProcess;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The gateway or the primary is killed between COMMIT and its answer: a transfer and a write with a key are there once,
 * and whoever repeats them learns it.
 */
@PostgresTest(ownCluster = true, replicas = 0)
class KilledInCommitIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    private final String debit = UUID.randomUUID().toString();
    private final String credit = UUID.randomUUID().toString();
    private final String transfer = UUID.randomUUID().toString();
    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        database.execute("CREATE TABLE notes (text text); CREATE TABLE shut (place text)");
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
        eventually(
                LIMIT, () -> assertThat(http.get("/ledger/v1/accounts?id=in.()").statusCode())
                        .isEqualTo(200));
        // While there is a row in the table, what was inserted stays in its COMMIT.
        database.execute("""
                CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  WHILE EXISTS (SELECT FROM shut) LOOP PERFORM pg_sleep(0.01); END LOOP; RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER commit AFTER INSERT ON sluice_ledger.transfers DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION wait_here();
                CREATE CONSTRAINT TRIGGER commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION wait_here()""");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Two writes that were sent and not answered yet. */
    private record Sent(
            CompletableFuture<HttpResponse<String>> transfer, CompletableFuture<HttpResponse<String>> note) {

        void awaitEnd() {
            CompletableFuture.allOf(transfer.handle((answer, error) -> true), note.handle((answer, error) -> true))
                    .join();
        }
    }

    /** Accounts, and the table of keys: it is made by the first write that has one. */
    @BeforeEach
    void prepare() {
        eventually(LIMIT, () -> {
            assertThat(http.post("/ledger/v1/accounts", "[" + account(debit) + "," + account(credit) + "]")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(http.post("/rest/v1/notes", "{\"text\":\"first\"}", "Idempotency-Key", key + "-first")
                            .statusCode())
                    .isEqualTo(201);
        });
    }

    private Sent send(Http client) {
        return new Sent(
                CompletableFuture.supplyAsync(() -> sendTransfer(client)),
                CompletableFuture.supplyAsync(() -> sendNote(client)));
    }

    private HttpResponse<String> sendTransfer(Http client) {
        return client.post(
                "/ledger/v1/transfers",
                "{\"id\":\"" + transfer + "\",\"debit_account_id\":\"" + debit + "\",\"credit_account_id\":\"" + credit
                        + "\",\"amount\":7,\"ledger\":1,\"code\":1}");
    }

    private HttpResponse<String> sendNote(Http client) {
        return client.post("/rest/v1/notes", "{\"text\":\"" + key + "\"}", "Idempotency-Key", key);
    }

    private static String account(String id) {
        return "{\"id\":\"" + id + "\",\"ledger\":1,\"code\":1}";
    }

    @Test
    void aGatewayKilledBetweenCommitAndItsAnswerLosesNothing() {
        try (GatewayProcess victim = GatewayProcess.start(database.primary())) {
            Http client = new Http(victim.url());
            eventually(LIMIT, () -> assertThat(
                            client.get("/ledger/v1/accounts?id=in.()").statusCode())
                    .isEqualTo(200));
            database.execute("INSERT INTO shut VALUES ('commit')");
            Sent sent = send(client);
            awaitCommitsThatWaitFor("PgSleep");
            victim.kill();
            sent.awaitEnd();
            assertThat(sent.transfer()).isCompletedExceptionally();
            assertThat(sent.note()).isCompletedExceptionally();
        } finally {
            database.execute("DELETE FROM shut");
        }
        // PostgreSQL was committing, and does not care who is gone.
        repeatsAreAnswered(true);
    }

    @Test
    void aPrimaryKilledBeforeItsCommitIsWrittenHasDoneNothingAndTheRepeatDoesIt() {
        database.execute("INSERT INTO shut VALUES ('commit')");
        Sent sent = send(http);
        awaitCommitsThatWaitFor("PgSleep");
        ClusterNode primary = database.cluster().primary();
        primary.kill();
        primary.start();
        database.execute("DELETE FROM shut");
        sent.awaitEnd();
        theAnswersAreTrue(sent);
        repeatsAreAnswered(false);
    }

    @Test
    void aPrimaryKilledAfterItsCommitIsWrittenHasDoneItAndTheRepeatIsTold() {
        commitsWaitForAStandbyThatThereIsNot();
        Sent sent = send(http);
        awaitCommitsThatWaitFor("SyncRep");
        ClusterNode primary = database.cluster().primary();
        primary.kill();
        primary.start();
        database.execute("ALTER SYSTEM RESET synchronous_standby_names");
        database.execute("SELECT pg_reload_conf()");
        sent.awaitEnd();
        theAnswersAreTrue(sent);
        repeatsAreAnswered(true);
    }

    /** They are written, and not answered: from when the checkpointer has heard of the setting, which is not at once. */
    private static void commitsWaitForAStandbyThatThereIsNot() {
        database.execute("CREATE TABLE IF NOT EXISTS probes (at timestamptz)");
        database.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        database.execute("SELECT pg_reload_conf()");
        eventually(LIMIT, () -> {
            CompletableFuture<Void> probe =
                    CompletableFuture.runAsync(() -> database.execute("INSERT INTO probes VALUES (now())"));
            assertThat(probe.handle((done, failed) -> "over")
                            .completeOnTimeout("waits", 1, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo("waits");
        });
    }

    private static void awaitCommitsThatWaitFor(String event) {
        eventually(LIMIT, () -> assertThat(database.value("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND application_name = 'sluice' AND state = 'active' AND wait_event = '"
                        + event + "'"))
                .isEqualTo("2"));
    }

    /** Done, or not known and not claimed to be anything else. */
    private static void theAnswersAreTrue(Sent sent) {
        HttpResponse<String> answer = sent.transfer().join();
        assertThat(answer.statusCode()).as(answer.body()).isIn(201, 503);
        assertThat(sent.note().join().statusCode()).isGreaterThanOrEqualTo(500);
    }

    private void repeatsAreAnswered(boolean done) {
        List<HttpResponse<String>> transfers = new ArrayList<>();
        eventually(LIMIT, () -> {
            transfers.add(0, sendTransfer(http));
            assertThat(transfers.get(0).statusCode())
                    .as(transfers.get(0).body())
                    .isIn(200, 201);
        });
        // One that was not done may be done by a repeat whose own answer was lost.
        assertThat(transfers.get(0).body()).containsAnyOf("\"exists\"", done ? "\"exists\"" : "\"created\"");
        List<HttpResponse<String>> last = new ArrayList<>();
        eventually(LIMIT, () -> {
            last.add(0, sendNote(http));
            assertThat(last.get(0).statusCode()).as(last.get(0).body()).isEqualTo(201);
        });
        assertThat(last.get(0).headers().firstValue("Idempotency-Replayed").isPresent())
                .isEqualTo(done);
        assertThat(sendTransfer(http).body()).contains("\"exists\"");
        assertThat(sendNote(http).headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(database.value("SELECT count(*) FROM notes WHERE text = '" + key + "'"))
                .isEqualTo("1");
        assertThat(database.value("SELECT debits_posted FROM sluice_ledger.accounts WHERE id = '" + debit + "'"))
                .isEqualTo("7");
        assertThat(database.value("SELECT credits_posted FROM sluice_ledger.accounts WHERE id = '" + credit + "'"))
                .isEqualTo("7");
    }
}
