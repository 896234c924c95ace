package io.sluice.gateway.idempotency;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.Tokens;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.idempotency.IdempotencyStore;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Writes with an {@code Idempotency-Key}: done once, whatever is repeated when and by whom. */
@PostgresTest(replicas = 1)
class IdempotencyIntegrationTests {

    private static final String SECRET = "a secret that is long enough for HS256";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static GatewayUnderTest other;
    private static Http http;

    @BeforeAll
    static void start() {
        database.execute("""
                CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL UNIQUE,
                  author text NOT NULL DEFAULT current_user);
                CREATE TABLE places (id int PRIMARY KEY, name text);
                CREATE TABLE log (change text);
                CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;
                CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON places FOR EACH ROW EXECUTE FUNCTION log();
                CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL);
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.text LIKE 'slow%' THEN PERFORM pg_sleep(1); END IF;
                  IF NEW.text LIKE 'who%' THEN
                    INSERT INTO payments (text) VALUES ('written by ' || current_user);
                  END IF;
                  RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION slow();
                CREATE FUNCTION add_note(text text) RETURNS bigint LANGUAGE sql AS
                  'INSERT INTO notes (text) VALUES (add_note.text) RETURNING id';
                CREATE FUNCTION add_strictly(text text) RETURNS bigint LANGUAGE sql
                  SET default_transaction_isolation = 'repeatable read' AS
                  'INSERT INTO payments (text) VALUES (add_strictly.text) RETURNING id';
                CREATE FUNCTION wide(letters int) RETURNS text LANGUAGE sql AS
                  'INSERT INTO payments (text) VALUES (''wide''); SELECT repeat(''x'', letters)';
                DROP ROLE IF EXISTS idem_writer;
                CREATE ROLE idem_writer;
                GRANT INSERT, SELECT ON notes, payments TO idem_writer""");
        gateway = gateway();
        other = gateway();
        http = new Http(gateway.url());
    }

    private static GatewayUnderTest gateway() {
        return GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.pool.acquire-timeout=60s",
                "--sluice.rest.anon-role=postgres",
                "--sluice.rest.jwt.secret=" + SECRET,
                "--sluice.idempotency.required=payments,rpc/add_strictly",
                "--sluice.idempotency.max-answer=1KB");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        other.close();
        database.execute("DROP OWNED BY idem_writer; DROP ROLE idem_writer");
    }

    @Test
    void aRepeatedWriteIsAnsweredAndNotDone() {
        String key = key();
        String[] headers = {"Idempotency-Key", key, "Prefer", "return=representation"};
        HttpResponse<String> first = http.post("/rest/v1/notes", "{\"text\":\"once\"}", headers);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();

        HttpResponse<String> again = new Http(other.url()).post("/rest/v1/notes", "{\"text\":\"once\"}", headers);

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body()).contains("once");
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(again.headers().firstValue("Sluice-Consistency-Token")).isPresent();
        assertThat(again.headers().firstValue("Sluice-Node").orElseThrow()).isNotBlank();
        for (String same :
                List.of("Content-Type", "Content-Range", "Preference-Applied", "Content-Length", "Sluice-Node")) {
            assertThat(again.headers().allValues(same))
                    .isEqualTo(first.headers().allValues(same));
        }
        assertThat(count("once")).isEqualTo("1");
    }

    @Test
    void everyMethodThatWritesTakesAKey() {
        twice("PUT", "/rest/v1/places?id=eq.1", "{\"id\":1,\"name\":\"here\"}", 204);
        twice("PATCH", "/rest/v1/places?id=eq.1", "{\"name\":\"there\"}", 204);
        twice("DELETE", "/rest/v1/places?id=eq.1", "", 204);
        assertThat(database.query("SELECT change FROM log"))
                .extracting(row -> row.get(0))
                .containsExactly("INSERT", "UPDATE", "DELETE");
        twice("POST", "/rest/v1/rpc/add_note", "{\"text\":\"by function\"}", 200);
        assertThat(count("by function")).isEqualTo("1");
        twice("POST", "/rest/v1/rpc/add_strictly", "{\"text\":\"one snapshot\"}", 200);
        assertThat(database.value("SELECT count(*) FROM payments WHERE text = 'one snapshot'"))
                .isEqualTo("1");
    }

    private static void twice(String method, String path, String body, int status) {
        String key = key();
        HttpResponse<String> first = http.send(method, path, body, "Idempotency-Key", key);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(status);
        HttpResponse<String> again = untilNotInFlight(method, path, body, key);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(status);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        String key = key();
        http.post("/rest/v1/notes", "{\"text\":\"mine\"}", "Idempotency-Key", key);
        List<HttpResponse<String>> others = List.of(
                http.post("/rest/v1/notes", "{\"text\":\"other\"}", "Idempotency-Key", key),
                http.post("/rest/v1/notes?columns=text", "{\"text\":\"mine\"}", "Idempotency-Key", key),
                http.post("/rest/v1/rpc/add_note", "{\"text\":\"mine\"}", "Idempotency-Key", key),
                http.post(
                        "/rest/v1/notes",
                        "{\"text\":\"mine\"}",
                        "Idempotency-Key",
                        key,
                        "Prefer",
                        "return=representation"));
        for (HttpResponse<String> refused : others) {
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("SLUICE104");
        }
        assertThat(count("other")).isEqualTo("0");
    }

    @Test
    void whileARequestRunsItsRepeatIsToldToWait() {
        String key = key();
        String body = "{\"text\":\"slow to commit\"}";
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> http.post("/rest/v1/notes", body, "Idempotency-Key", key));
        awaitSleep();
        HttpResponse<String> early = new Http(other.url()).post("/rest/v1/notes", body, "Idempotency-Key", key);
        assertThat(early.statusCode()).as(early.body()).isEqualTo(409);
        assertThat(early.body()).contains("SLUICE105");
        assertThat(early.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(first.join().statusCode()).isEqualTo(201);
        assertThat(untilNotInFlight("POST", "/rest/v1/notes", body, key).statusCode())
                .isEqualTo(201);
        assertThat(count("slow to commit")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"add_note", "add_strictly"})
    void manyAtOnceDoItOnce(String function) {
        String key = key();
        String body = "{\"text\":\"race of " + function + "\"}";
        String path = "/rest/v1/rpc/" + function;
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Http client = i % 2 == 0 ? http : new Http(other.url());
            all.add(CompletableFuture.supplyAsync(() -> client.post(path, body, "Idempotency-Key", key)));
        }
        // 503 is a busy machine's: nothing was done.
        assertThat(all).allSatisfy(answer -> assertThat(answer.join().statusCode())
                .as(answer.join().body())
                .isIn(200, 409, 503));
        String answer = untilNotInFlight("POST", path, body, key).body();
        assertThat(all.stream().map(CompletableFuture::join).filter(done -> done.statusCode() == 200))
                .allSatisfy(done -> assertThat(done.body()).isEqualTo(answer));
        assertThat(database.value("SELECT (SELECT count(*) FROM notes WHERE text = 'race of " + function
                        + "') + (SELECT count(*) FROM payments WHERE text = 'race of " + function + "')"))
                .isEqualTo("1");
    }

    @Test
    void aFailedWriteLeavesItsKeyFree() {
        database.execute("INSERT INTO notes (text) VALUES ('taken')");
        String key = key();
        HttpResponse<String> failed = http.post("/rest/v1/notes", "{\"text\":\"taken\"}", "Idempotency-Key", key);
        assertThat(failed.statusCode()).isEqualTo(409);
        assertThat(failed.body()).contains("23505");
        HttpResponse<String> next = http.post("/rest/v1/notes", "{\"text\":\"free\"}", "Idempotency-Key", key);
        assertThat(next.statusCode()).as(next.body()).isEqualTo(201);
        assertThat(next.headers().firstValue("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void aClientThatLeavesDuringTheCommitLearnsItsResultByRepeating() throws Exception {
        String key = key();
        String body = "{\"text\":\"slow, client gone\"}";
        String head = "POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Prefer: return=representation\r\nIdempotency-Key: \"" + key + "\"\r\nContent-Length: "
                + body.length() + "\r\n\r\n";
        try (Socket client = new Socket("127.0.0.1", gateway.port())) {
            client.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            awaitSleep();
            client.setSoLinger(true, 0);
        }
        eventually(() -> {
            HttpResponse<String> again =
                    http.post("/rest/v1/notes", body, "Idempotency-Key", key, "Prefer", "return=representation");
            assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
            assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
            assertThat(again.body()).contains("slow, client gone");
        });
        assertThat(count("slow, client gone")).isEqualTo("1");
    }

    @Test
    void keysBelongToWhoSentThem() {
        String key = key();
        String path = "/rest/v1/notes?select=text,author";
        String ada = Tokens.bearer(SECRET, "{\"role\":\"idem_writer\",\"sub\":\"ada\",\"iat\":1}");
        String adaLater = Tokens.bearer(SECRET, "{\"role\":\"idem_writer\",\"sub\":\"ada\",\"iat\":2}");
        String bob = Tokens.bearer(SECRET, "{\"role\":\"idem_writer\",\"sub\":\"bob\"}");
        HttpResponse<String> first = noteBy(ada, path, "who is ada", key);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(first.body()).contains("\"author\":\"idem_writer\"");
        HttpResponse<String> again = noteBy(adaLater, path, "who is ada", key);
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        HttpResponse<String> others = noteBy(bob, path, "who is bob", key);
        assertThat(others.statusCode()).as(others.body()).isEqualTo(201);
        assertThat(others.headers().firstValue("Idempotency-Replayed")).isEmpty();
        // What runs at COMMIT runs as the caller, not as the gateway that has kept the answer in between.
        assertThat(database.query("SELECT DISTINCT text FROM payments WHERE text LIKE 'written by %'"))
                .extracting(row -> row.get(0))
                .containsExactly("written by idem_writer");
    }

    private static HttpResponse<String> noteBy(String token, String path, String text, String key) {
        return http.post(
                path,
                "{\"text\":\"" + text + "\"}",
                "Authorization",
                token,
                "Idempotency-Key",
                key,
                "Prefer",
                "return=representation");
    }

    @Test
    void aKeyCanBeDemanded() {
        HttpResponse<String> without = http.post("/rest/v1/payments", "{\"text\":\"no key\"}");
        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(without.body()).contains("SLUICE102").contains("payments");
        assertThat(http.post("/rest/v1/rpc/add_strictly", "{\"text\":\"no key\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(http.post("/rest/v1/payments", "{\"text\":\"key\"}", "Idempotency-Key", key())
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<String> malformed = http.post("/rest/v1/payments", "{}", "Idempotency-Key", "x".repeat(256));
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("SLUICE103");
        assertThat(database.value("SELECT count(*) FROM payments WHERE text = 'no key'"))
                .isEqualTo("0");
    }

    @Test
    void whatAnswersMoreThanIsKeptIsNotDone() {
        HttpResponse<String> wide = http.post("/rest/v1/rpc/wide", "{\"letters\":2000}", "Idempotency-Key", key());
        assertThat(wide.statusCode()).isEqualTo(413);
        assertThat(wide.body()).contains("SLUICE106");
        assertThat(database.value("SELECT count(*) FROM payments WHERE text = 'wide'"))
                .isEqualTo("0");
        assertThat(http.post("/rest/v1/rpc/wide", "{\"letters\":900}", "Idempotency-Key", key())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersExpireWithTheirDay() {
        http.post("/rest/v1/notes", "{\"text\":\"makes the table\"}", "Idempotency-Key", key());
        database.execute("CREATE TABLE sluice.idempotency_20200101 PARTITION OF sluice.idempotency"
                + " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');"
                + " INSERT INTO sluice.idempotency VALUES ('\\x00', '2020-01-01', '\\x00', 200, '', '')");
        gateway.bean(IdempotencyStore.class)
                .renew()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(database.value("SELECT to_regclass('sluice.idempotency_20200101')"))
                .isNull();
        assertThat(database.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'sluice.idempotency'::regclass"))
                .isEqualTo("4");
        assertThat(database.value("SELECT count(*) FROM sluice.idempotency WHERE day < now()::date - 2"))
                .isEqualTo("0");
    }

    private static HttpResponse<String> untilNotInFlight(String method, String path, String body, String key) {
        List<HttpResponse<String>> last = new ArrayList<>();
        eventually(() -> {
            last.clear();
            last.add(http.send(method, path, body, "Idempotency-Key", key));
            assertThat(last.get(0).statusCode()).isNotIn(409, 503);
        });
        return last.get(0);
    }

    /** Until a transaction is in the trigger that makes its COMMIT slow. */
    private static void awaitSleep() {
        eventually(() -> assertThat(database.value("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND wait_event = 'PgSleep'"))
                .isEqualTo("1"));
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static String count(String text) {
        return String.valueOf(database.value("SELECT count(*) FROM notes WHERE text = '" + text + "'"));
    }
}
