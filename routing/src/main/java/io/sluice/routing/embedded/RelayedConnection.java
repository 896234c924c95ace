package io.sluice.routing.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's connection and the one to the server that belongs to it. Belongs to the thread of its {@link Relay}. */
final class RelayedConnection {

    private final SocketChannel client;
    private final Selector selector;
    private final BooleanSupplier cut;
    private final Consumer<RelayedConnection> ended;
    private @Nullable SocketChannel server;
    private final RelayedBytes request = new RelayedBytes();
    private final RelayedBytes response = new RelayedBytes();

    /**
     * @param cut whether nothing may be moved now
     * @param ended hears of the end, whichever side it came from
     */
    RelayedConnection(SocketChannel client, Selector selector, BooleanSupplier cut, Consumer<RelayedConnection> ended) {
        this.client = client;
        this.selector = selector;
        this.cut = cut;
        this.ended = ended;
    }

    void connect(InetSocketAddress target) {
        try {
            SocketChannel server = SocketChannel.open();
            this.server = server;
            prepare(client);
            prepare(server);
            server.connect(target);
            update();
        } catch (IOException e) {
            drop();
        }
    }

    private void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, 0, this);
    }

    /** Moves what can be moved now, both ways. */
    void advance() {
        SocketChannel server = this.server;
        if (server == null) {
            return;
        }
        try {
            if (server.isConnectionPending() && !server.finishConnect()) {
                return;
            }
            request.move(client, server);
            response.move(server, client);
            if (request.finished() && response.finished()) {
                end(false);
            } else {
                update();
            }
        } catch (IOException e) {
            drop();
        }
    }

    /** Asks to be told of what can go on; of nothing while the network is cut. */
    void update() {
        SocketChannel server = this.server;
        SelectionKey clientKey = client.keyFor(selector);
        SelectionKey serverKey = server == null ? null : server.keyFor(selector);
        if (server == null || clientKey == null || serverKey == null || !clientKey.isValid() || !serverKey.isValid()) {
            return;
        }
        if (cut.getAsBoolean()) {
            clientKey.interestOps(0);
            serverKey.interestOps(0);
        } else if (server.isConnectionPending()) {
            clientKey.interestOps(0);
            serverKey.interestOps(SelectionKey.OP_CONNECT);
        } else {
            clientKey.interestOps(request.reading() | response.writing());
            serverKey.interestOps(response.reading() | request.writing());
        }
    }

    /** Both sides get a reset. */
    void drop() {
        end(true);
    }

    private void end(boolean reset) {
        ended.accept(this);
        end(client, reset);
        SocketChannel server = this.server;
        if (server != null) {
            end(server, reset);
        }
    }

    private void end(SocketChannel channel, boolean reset) {
        try {
            if (reset && channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // It is closed already, which is what was wanted.
        }
        Relay.closeQuietly(channel);
    }
}
