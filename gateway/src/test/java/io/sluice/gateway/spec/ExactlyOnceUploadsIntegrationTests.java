package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayProcess;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An upload with an {@code Ingest-Id} that is sent again until it is complete, while its client, its gateway and its
 * primary are killed in turn. {@code -Dsluice.proof.rows=1000000 -Dsluice.proof.kills=30} makes more of it.
 */
class ExactlyOnceUploadsIntegrationTests {

    private static final int ROWS = Integer.getInteger("sluice.proof.rows", 20_000);
    private static final int KILLS = Integer.getInteger("sluice.proof.kills", 4);
    private static final int PIECES = 200;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final long seed = Long.getLong("sluice.proof.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private EmbeddedCluster cluster;
    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().replicas(0).start();
        // Nothing but the id keeps a row from coming twice.
        cluster.primary().execute("CREATE TABLE uploaded (id bigint GENERATED ALWAYS AS IDENTITY, n int, pad text)");
        gateway = GatewayProcess.start(cluster.primary().address());
    }

    @AfterEach
    void stop() {
        gateway.close();
        cluster.close();
    }

    @Test
    void everyRowIsInOnceWhateverIsKilledOnTheWay() {
        for (int kill = 0; kill < KILLS; kill++) {
            // Each a bit later in the upload than the one before.
            int piece = (kill * PIECES + random.nextInt(PIECES)) / (KILLS + 1);
            // Where no batch is on its way, an upload outlives its primary.
            upload(piece, kill % 3);
        }
        eventually(LIMIT, () -> assertThat(upload(PIECES, -1)).contains("\"complete\":true"));

        assertThat(cluster.primary().query("SELECT count(*), count(DISTINCT n), min(n), max(n) FROM uploaded"))
                .as("seed %d", seed)
                .containsExactly(
                        List.of(Integer.toString(ROWS), Integer.toString(ROWS), "0", Integer.toString(ROWS - 1)));
    }

    /** Sends the upload from its first row on; before {@code piece} somebody is killed. Returns what was answered. */
    private String upload(int piece, int victim) {
        StringBuilder answer = new StringBuilder();
        URI uri = URI.create(gateway.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            OutputStream out = socket.getOutputStream();
            send(
                    out,
                    "POST /ingest/v1/uploaded HTTP/1.1\r\nHost: test\r\nConnection: close\r\nIngest-Id: proof\r\n"
                            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < PIECES; i++) {
                if (i == piece) {
                    kill(socket, victim);
                }
                String rows = rows(i * (ROWS / PIECES), (i + 1) * (ROWS / PIECES));
                send(out, Integer.toHexString(rows.length()) + "\r\n" + rows + "\r\n");
                pause();
            }
            send(out, "0\r\n\r\n");
            byte[] buffer = new byte[64 * 1024];
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
        } catch (IOException broken) {
            answer.append(broken);
        }
        return answer.toString();
    }

    private void kill(Socket client, int victim) throws IOException {
        switch (victim) {
            case 0 -> {
                client.setSoLinger(true, 0);
                client.close();
            }
            case 1 -> {
                gateway.kill();
                gateway = GatewayProcess.start(cluster.primary().address());
            }
            default -> {
                cluster.primary().kill();
                cluster.primary().start();
            }
        }
    }

    private static String rows(int from, int to) {
        StringBuilder rows = new StringBuilder();
        for (int n = from; n < to; n++) {
            rows.append("{\"n\":")
                    .append(n)
                    .append(",\"pad\":\"")
                    .append("x".repeat(n % 50))
                    .append("\"}\n");
        }
        return rows.toString();
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** So that several batches of it are committed on the way. */
    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
