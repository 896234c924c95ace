package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTests {

    /** The common pool has a single thread on two processors, and both ends of a connection block. */
    private static final Executor THREAD_EACH = task -> new Thread(task).start();

    private static final int SHORT_MS = 300;
    private static final int LONG_MS = 30_000;

    private ServerSocket server;
    private Relay relay;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        relay = new Relay(0, Relay.loopback(server.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    @Test
    void whatIsLargerThanItsBuffersGoesThroughUnchangedBothWays() throws Exception {
        byte[] sent = new byte[3_000_000];
        new java.util.Random(1).nextBytes(sent);
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echo(accepted), THREAD_EACH);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent), THREAD_EACH);
            byte[] received = client.getInputStream().readAllBytes();
            writer.join();
            echo.join();
            assertThat(Arrays.equals(received, sent)).isTrue();
        }
    }

    @Test
    void aCutIsSilentAndWhatWasSentMeanwhileArrivesAfterIt() throws Exception {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            relay.cut();
            client.getOutputStream().write(7);
            accepted.setSoTimeout(SHORT_MS);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            relay.restore();
            accepted.setSoTimeout(LONG_MS);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aConnectionMadeDuringACutGetsThroughAfterIt() throws Exception {
        relay.cut();
        try (Socket client = connect()) {
            client.getOutputStream().write(7);
            server.setSoTimeout(SHORT_MS);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
            relay.restore();
            server.setSoTimeout(LONG_MS);
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void aResetEndsOpenConnectionsAndNewOnes() throws Exception {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            relay.reset();
            InputStream in = client.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            accepted.setSoTimeout(LONG_MS);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(() -> {
                    try (Socket client = connect()) {
                        client.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class);
        relay.restore();
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aServerThatIsNotThereResetsTheClient() throws Exception {
        server.close();
        assertThatThrownBy(() -> {
                    try (Socket client = connect()) {
                        client.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    private static void echo(Socket socket) {
        try {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
