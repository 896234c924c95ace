package io.sluice.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends a request, reads as much as it likes, and is gone without a goodbye. */
public final class LeavingClient implements AutoCloseable {

    private final Socket socket;

    private LeavingClient(Socket socket) {
        this.socket = socket;
    }

    public static LeavingClient get(int port, String path, String accept) {
        return get(port, path, accept, 8 * 1024);
    }

    /** A client whose side of the connection holds about {@code bytes} that it has not read. */
    public static LeavingClient get(int port, String path, String accept, int bytes) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(bytes);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new LeavingClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads at least one byte and at most {@code bytes}. */
    public String read(int bytes) {
        try {
            byte[] buffer = new byte[bytes];
            int read = socket.getInputStream().read(buffer);
            return new String(buffer, 0, Math.max(0, read), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves with a reset. */
    @Override
    public void close() {
        Sockets.reset(socket);
    }
}
