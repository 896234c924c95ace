package io.sluice.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** What clients do with their sockets that HTTP libraries do not. */
final class Sockets {

    private Sockets() {}

    /** Leaves with a reset, as a killed process or a pulled cable's neighbour does. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
