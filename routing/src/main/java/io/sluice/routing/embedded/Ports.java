package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** Ports of the loopback interface. */
final class Ports {

    private Ports() {}

    /** A port that nobody listens on at this moment. */
    static int free() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    static PortTakenException taken(int port, @Nullable Throwable cause) {
        return new PortTakenException(
                "port " + port
                        + " is taken: stop what listens there, or give the cluster another port (0 takes any free one)",
                cause);
    }
}
