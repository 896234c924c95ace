package io.sluice.gateway.testing;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.GatewayApplication;
import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A gateway in a process of its own, so that it can be killed. */
public final class GatewayProcess implements AutoCloseable {

    private final Process process;
    private final String url;

    private GatewayProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a gateway for this primary and returns when it answers. */
    public static GatewayProcess start(NodeAddress primary) {
        int port = freePort();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayApplication.class.getName(),
                "--server.port=" + port,
                "--management.server.port=0",
                // Longer than it takes to see that a transfer is where it is to be killed.
                "--sluice.ledger.deadline=20s",
                "--sluice.primary=" + GatewayUnderTest.url(primary));
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            GatewayProcess started = new GatewayProcess(process, "http://127.0.0.1:" + port);
            eventually(Duration.ofSeconds(90), () -> assertThat(
                            new Http(started.url()).get("/").statusCode())
                    .isEqualTo(200));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return url;
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
