package io.sluice.gateway.stream;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a source pauses: runs a flush soon after a row, so that what is in the buffer then waits for no more. A flush
 * too many does no harm, and none is missed.
 */
final class Pause {

    /** What a live client waits for its first row at most, where more are coming. */
    private static final long FIRST_MILLIS = 20;

    /** What it waits for others. A server sends its rows in pieces of 8 KiB: each by itself would cost more than its rows. */
    private static final long NEXT_MILLIS = 1;

    private final Runnable flush;
    private volatile boolean scheduled;

    Pause(Runnable flush) {
        this.flush = flush;
    }

    /** A row has come, on the thread where others may follow. */
    void row(boolean begun) {
        if (scheduled) {
            return;
        }
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        if (loop == null) {
            flush.run();
            return;
        }
        scheduled = true;
        var unused = loop.schedule(this::over, begun ? NEXT_MILLIS : FIRST_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void over() {
        scheduled = false;
        flush.run();
    }
}
