package io.sluice.loadtests.streams;

import java.nio.ByteBuffer;

/** Counts the lines of a body that comes in pieces. Not for several threads. */
final class LineCount {

    private static final byte LINE_FEED = '\n';

    private long lines;
    private long bytes;
    private boolean open;

    void add(ByteBuffer piece) {
        bytes += piece.remaining();
        while (piece.hasRemaining()) {
            open = piece.get() != LINE_FEED;
            if (!open) {
                lines++;
            }
        }
    }

    /** Lines that ended with a line feed. */
    long lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    /** Whether the last line has no end yet. */
    boolean withinLine() {
        return open;
    }
}
