package io.sluice.loadtests.chaos;

import io.sluice.loadtests.deployment.NotReadyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gateway in front of the cluster of the run, on the same port after every restart. */
final class GatewayProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(240);
    private static final int STARTS_MAX = 5;
    private static final Duration PROBE = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PROBE).build();
    private final Path jar;
    private final Path log;
    private final Map<String, String> servers;
    private final URI url;
    private @Nullable ChildProcess child;

    /** @param urls of the nodes, the primary's first */
    GatewayProcess(Path jar, Path log, List<String> urls) {
        this.jar = jar;
        this.log = log;
        this.servers = Map.of(
                "SLUICE_PRIMARY", urls.get(0), "SLUICE_REPLICAS", String.join(",", urls.subList(1, urls.size())));
        this.url = URI.create("http://127.0.0.1:" + freePort());
    }

    URI url() {
        return url;
    }

    void start() {
        child = ChildProcess.start(
                List.of(
                        "-Xmx512m",
                        "-jar",
                        jar.toString(),
                        "--server.port=" + url.getPort(),
                        "--management.server.port=0"),
                servers,
                log,
                false);
    }

    /** Waits until it answers a read; starts it again when it gives up, as whatever supervises a service does. */
    void awaitReady() {
        long end = System.nanoTime() + START.toNanos();
        for (int starts = 1; !ready(); ) {
            if (child == null || !child.alive()) {
                starts++;
                start();
            }
            if (starts > STARTS_MAX || System.nanoTime() > end) {
                throw new NotReadyException("the gateway did not start, see " + log);
            }
            pause();
        }
    }

    void kill() {
        if (child != null) {
            child.kill();
        }
    }

    @Override
    public void close() {
        if (child != null) {
            child.stop();
        }
    }

    private boolean ready() {
        HttpRequest read = HttpRequest.newBuilder(url.resolve("/rest/v1/orders?select=id&limit=1"))
                .timeout(PROBE)
                .build();
        try {
            return client.send(read, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new NotReadyException("no free port: " + e.getMessage());
        }
    }
}
