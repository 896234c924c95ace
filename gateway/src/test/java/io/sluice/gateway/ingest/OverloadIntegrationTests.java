package io.sluice.gateway.ingest;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Uploads that the server is slower than, all of them together. */
@PostgresTest(replicas = 0)
class OverloadIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PIECES = 300;
    private static final int ROWS = 50;
    private static final String PIECE = ("{\"name\":\"" + "x".repeat(2000) + "\"}\n").repeat(ROWS);

    private TestDatabase database;

    @Test
    void tooManyBytesOnTheirWayStopUploadsThatRunAndRefuseNewOnes() throws Exception {
        database.execute("""
                CREATE TABLE slow (name text);
                CREATE TABLE quick (name text);
                CREATE TABLE shut (yes bool);
                INSERT INTO shut VALUES (true);
                CREATE FUNCTION wait_while_shut() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN WHILE EXISTS (SELECT FROM shut) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN NEW; END';
                CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH STATEMENT EXECUTE FUNCTION wait_while_shut()""");
        try (GatewayUnderTest gateway = GatewayUnderTest.start(
                        database.primary(),
                        List.of(),
                        "--sluice.ingest.total-bytes=20000",
                        "--sluice.ingest.batch-rows=10",
                        "--sluice.ingest.linger=50ms");
                Socket quick = begin(gateway, "quick");
                Socket slow = begin(gateway, "slow")) {
            chunk(quick, "{\"name\":\"first\"}\n");
            eventually(LIMIT, () -> assertThat(count("quick")).isOne());
            chunk(slow, PIECE);
            eventually(LIMIT, () -> assertThat(another(gateway).statusCode()).isEqualTo(503));
            HttpResponse<String> refused = another(gateway);
            assertThat(refused.body()).contains("SLUICE205", "bytes of uploads are on their way to the server");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(quick));
            assertThat(countAtRest("quick")).isLessThan(ROWS * PIECES);
            assertThat(sent).isNotDone();

            database.execute("DELETE FROM shut");
            sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            eventually(LIMIT, () -> assertThat(count("quick")).isEqualTo(1 + ROWS * PIECES));
            eventually(LIMIT, () -> assertThat(count("slow")).isEqualTo(ROWS));
            assertThat(another(gateway).statusCode()).isEqualTo(200);
        }
    }

    /** One more upload, of nothing. */
    private static HttpResponse<String> another(GatewayUnderTest gateway) {
        return new Http(gateway.url()).post("/ingest/v1/quick", "", "Content-Type", "application/x-ndjson");
    }

    private int count(String table) {
        return Integer.parseInt(database.value("SELECT count(*) FROM " + table));
    }

    /** How many rows there are when no more come. */
    private int countAtRest(String table) throws InterruptedException {
        int before = -1;
        for (int now = count(table); now != before; now = count(table)) {
            before = now;
            Thread.sleep(1000);
        }
        return before;
    }

    private static Socket begin(GatewayUnderTest gateway, String table) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        write(
                socket,
                "POST /ingest/v1/" + table + " HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        return socket;
    }

    private static void send(Socket socket) {
        try {
            for (int i = 0; i < PIECES; i++) {
                chunk(socket, PIECE);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void chunk(Socket socket, String text) throws IOException {
        write(socket, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
