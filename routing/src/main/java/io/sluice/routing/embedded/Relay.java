package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards TCP connections, until told not to: a network that can be cut. One thread for all connections; each direction
 * holds at most 64 KiB, so that a slow reader slows its writer down as without a relay.
 */
final class Relay implements AutoCloseable {

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
    private final Set<RelayedConnection> links = ConcurrentHashMap.newKeySet();
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
            links.forEach(RelayedConnection::drop);
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
            links.forEach(RelayedConnection::drop);
        }
        SelectionKey key = acceptor.keyFor(selector);
        if (key != null && key.isValid()) {
            key.interestOps(mode == Mode.CUT ? 0 : SelectionKey.OP_ACCEPT);
        }
        links.forEach(RelayedConnection::update);
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
        } else if (key.attachment() instanceof RelayedConnection link) {
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
        RelayedConnection link = new RelayedConnection(client, selector, () -> mode == Mode.CUT, links::remove);
        links.add(link);
        link.connect(target);
    }

    static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // Nothing can be done about a socket that does not close.
        }
    }
}
