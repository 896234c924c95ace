package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Forwards TCP connections, until told not to: a network that can be cut. One thread for all connections; each direction
 * holds at most 64 KiB, so that a slow reader slows its writer down as without a relay.
 */
final class Relay implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    private static final int BACKLOG = 1024;
    private static final long LIVENESS_CHECK_MILLIS = 100;

    private enum Mode {
        FORWARD,
        /** Nothing is read, written or accepted, and nobody is told. */
        CUT,
        RESET
    }

    private final Selector selector;
    private final ServerSocketChannel acceptor;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile InetSocketAddress target;
    private volatile Mode mode = Mode.FORWARD;
    private volatile boolean dropAll;
    private volatile boolean closed;

    private final Object turn = new Object();
    private int asked;
    private int applied;

    /** Listens on {@code port} of the loopback interface, on any free one where it is 0. */
    Relay(int port, InetSocketAddress target) throws IOException {
        this.target = target;
        this.selector = Selector.open();
        this.acceptor = ServerSocketChannel.open();
        acceptor.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        acceptor.bind(loopback(port), BACKLOG);
        acceptor.configureBlocking(false);
        acceptor.register(selector, SelectionKey.OP_ACCEPT);
        this.port = ((InetSocketAddress) acceptor.getLocalAddress()).getPort();
        this.thread = new Thread(this::run, "sluice-relay-" + this.port);
        thread.setDaemon(true);
        thread.start();
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    int port() {
        return port;
    }

    void cut() {
        change(Mode.CUT);
    }

    void reset() {
        dropAll = true;
        change(Mode.RESET);
    }

    void restore() {
        change(Mode.FORWARD);
    }

    /** Sends new connections elsewhere and drops those that lead to the former target, where it is another one. */
    void retarget(InetSocketAddress target) {
        if (!target.equals(this.target)) {
            this.target = target;
            this.dropAll = true;
            selector.wakeup();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    /** Returns when the thread of the connections has heard of it: not one byte more goes through a cut. */
    private void change(Mode mode) {
        synchronized (turn) {
            this.mode = mode;
            int mine = ++asked;
            selector.wakeup();
            try {
                while (applied < mine && thread.isAlive()) {
                    turn.wait(LIVENESS_CHECK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EmbeddedClusterException("interrupted while the network of port " + port + " was changed", e);
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select();
                apply();
                for (SelectionKey key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the relay on port " + port + " is out of order", e);
        } finally {
            links.forEach(Link::drop);
            closeQuietly(acceptor);
            closeQuietly(selector);
        }
    }

    /** What another thread has asked for becomes true here, on the thread that owns the keys. */
    private void apply() {
        int upTo;
        synchronized (turn) {
            upTo = asked;
        }
        if (dropAll) {
            dropAll = false;
            links.forEach(Link::drop);
        }
        SelectionKey key = acceptor.keyFor(selector);
        if (key != null && key.isValid()) {
            key.interestOps(mode == Mode.CUT ? 0 : SelectionKey.OP_ACCEPT);
        }
        links.forEach(Link::update);
        synchronized (turn) {
            applied = upTo;
            turn.notifyAll();
        }
    }

    private void handle(SelectionKey key) throws IOException {
        if (!key.isValid() || mode == Mode.CUT) {
            return;
        }
        if (key.isAcceptable()) {
            accept();
        } else if (key.attachment() instanceof Link link) {
            link.advance();
        }
    }

    private void accept() throws IOException {
        SocketChannel client = acceptor.accept();
        if (client == null) {
            return;
        }
        if (mode == Mode.RESET) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            return;
        }
        Link link = new Link(client);
        links.add(link);
        link.connect();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // Nothing can be done about a socket that does not close.
        }
    }

    /** A client's connection and the one to the server that belongs to it. */
    private final class Link {

        private final SocketChannel client;
        private @Nullable SocketChannel server;
        private final Direction request = new Direction();
        private final Direction response = new Direction();

        Link(SocketChannel client) {
            this.client = client;
        }

        void connect() {
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
                if (request.finished && response.finished) {
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
            if (server == null
                    || clientKey == null
                    || serverKey == null
                    || !clientKey.isValid()
                    || !serverKey.isValid()) {
                return;
            }
            if (mode == Mode.CUT) {
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
            links.remove(this);
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
            closeQuietly(channel);
        }
    }

    /** One way of a link. */
    private static final class Direction {

        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        private boolean ended;
        private boolean finished;

        void move(SocketChannel from, SocketChannel to) throws IOException {
            if (!ended && buffer.hasRemaining() && from.read(buffer) < 0) {
                ended = true;
            }
            if (buffer.position() > 0) {
                buffer.flip();
                to.write(buffer);
                buffer.compact();
            }
            if (ended && !finished && buffer.position() == 0) {
                finished = true;
                to.shutdownOutput();
            }
        }

        int reading() {
            return !ended && buffer.hasRemaining() ? SelectionKey.OP_READ : 0;
        }

        int writing() {
            return buffer.position() > 0 ? SelectionKey.OP_WRITE : 0;
        }
    }
}
