package io.sluice.loadtests.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.loadtests.LoadConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamReadersTests {

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final AtomicInteger cut = new AtomicInteger();
    private HttpServer server;
    private StreamReaders readers;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/rows", exchange -> rows(exchange, 10));
        server.createContext("/endless", exchange -> rows(exchange, Integer.MAX_VALUE));
        server.createContext("/busy", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        readers.close();
        server.stop(0);
        workers.shutdownNow();
    }

    @Test
    void aSlowReaderReadsEveryRow() {
        readers = readers("/rows");
        readers.slow(1, Duration.ofMillis(1), 10);

        await(() -> !readers.summary().startsWith("0 slow"));
        assertThat(readers.objection()).isNull();
    }

    @Test
    void aMissingRowIsAFailure() {
        readers = readers("/rows");
        readers.slow(1, Duration.ZERO, 11);

        await(() -> readers.objection() != null);
        assertThat(readers.objection()).contains("10 instead of 11 rows");
    }

    @Test
    void anErrorStatusIsAFailure() {
        readers = readers("/busy");
        readers.leaving(1, 1);

        await(() -> readers.objection() != null);
        assertThat(readers.objection()).contains("status 503");
    }

    @Test
    void aLeavingReaderClosesItsConnection() {
        readers = readers("/endless");
        readers.leaving(2, 1);

        await(() -> cut.get() >= 4);
        assertThat(readers.objection()).isNull();
        readers.close();
        await(() -> readers.reading() == 0);
    }

    private void rows(HttpExchange exchange, int rows) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] row = "{\"id\":1}\n".getBytes(StandardCharsets.UTF_8);
        try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < rows; i++) {
                body.write(row);
            }
        } catch (IOException e) {
            cut.incrementAndGet();
            throw e;
        }
    }

    private StreamReaders readers(String path) {
        URI url = URI.create("http://localhost:" + server.getAddress().getPort());
        return new StreamReaders(LoadConfig.ofDefaults(url), () -> path);
    }

    private static void await(BooleanSupplier condition) {
        Instant limit = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("the condition came true in time").isBefore(limit);
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }
}
