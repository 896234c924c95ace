package io.sluice.routing.pool;

import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Stands before a real server, for one connection, and ends it as a server does that is killed. */
final class DyingServer implements AutoCloseable {

    private static final byte[] LAST_WORD = error("SFATAL\0C57P02\0Mterminating connection because of crash\0\0");

    private final ServerSocket listening;
    private final NodeAddress target;
    private volatile Socket client = new Socket();
    private volatile Socket server = new Socket();

    DyingServer(NodeAddress target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    NodeAddress address() {
        return new NodeAddress(
                listening.getInetAddress().getHostAddress(),
                listening.getLocalPort(),
                target.database(),
                target.user(),
                target.password(),
                target.options());
    }

    void sayLastWord() {
        try {
            client.getOutputStream().write(LAST_WORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client's next write fails. */
    void reset() {
        try {
            client.setSoLinger(true, 0);
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        client = listening.accept();
        client.setTcpNoDelay(true);
        server = new Socket(target.host(), target.port());
        daemon(() -> copy(client.getInputStream(), server.getOutputStream()));
        copy(server.getInputStream(), client.getOutputStream());
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] bytes = new byte[8192];
        for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
            to.write(bytes, 0, n);
        }
    }

    private static byte[] error(String fields) {
        byte[] text = fields.getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[text.length + 5];
        message[0] = 'E';
        message[4] = (byte) (text.length + 4);
        System.arraycopy(text, 0, message, 5, text.length);
        return message;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // One of the two ends has gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        client.close();
        server.close();
    }
}
