package io.sluice.routing.embedded;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The relays of one server: the one through which it is reached, and the one through which it reaches its primary. */
final class NodeNetwork {

    private final Relay entrance;
    private @Nullable Relay uplink;
    private volatile boolean cut;

    /** Listens on {@code port}, on any where that is 0, and leads to {@code target}. */
    NodeNetwork(int port, int target) {
        this.entrance = relay(port, target);
    }

    private static Relay relay(int port, int target) {
        try {
            return new Relay(port, Relay.loopback(target));
        } catch (IOException e) {
            throw Ports.taken(port, e);
        }
    }

    /** Where the server is reached. */
    int port() {
        return entrance.port();
    }

    void leadTo(int target) {
        entrance.retarget(Relay.loopback(target));
    }

    /** The port through which {@code primaryPort} is reached from the server. */
    synchronized int uplinkTo(int primaryPort) {
        Relay link = uplink;
        if (link == null) {
            link = relay(0, primaryPort);
            uplink = link;
            if (cut) {
                link.cut();
            }
        } else {
            link.retarget(Relay.loopback(primaryPort));
        }
        return link.port();
    }

    /** Nothing gets through any more, and nobody is told. */
    synchronized void cut() {
        cut = true;
        entrance.cut();
        if (uplink != null) {
            uplink.cut();
        }
    }

    /** Connections are reset, and new ones too. */
    synchronized void reset() {
        cut = true;
        entrance.reset();
        if (uplink != null) {
            uplink.reset();
        }
    }

    synchronized void restore() {
        cut = false;
        entrance.restore();
        if (uplink != null) {
            uplink.restore();
        }
    }

    boolean isCut() {
        return cut;
    }

    synchronized void close() {
        entrance.close();
        if (uplink != null) {
            uplink.close();
        }
    }
}
