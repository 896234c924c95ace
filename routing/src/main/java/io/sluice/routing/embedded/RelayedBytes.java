package io.sluice.routing.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One way of a {@link RelayedConnection}: what has been read and not written yet. */
final class RelayedBytes {

    private static final int CAPACITY = 1 << 16;

    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY);
    private boolean ended;
    private boolean finished;

    /** Moves what can be moved now. */
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

    /** Whether the end was passed on, after everything else. */
    boolean finished() {
        return finished;
    }

    /** What to ask the selector for on the side that is read. */
    int reading() {
        return !ended && buffer.hasRemaining() ? SelectionKey.OP_READ : 0;
    }

    /** The same on the side that is written to. */
    int writing() {
        return buffer.position() > 0 ? SelectionKey.OP_WRITE : 0;
    }
}
