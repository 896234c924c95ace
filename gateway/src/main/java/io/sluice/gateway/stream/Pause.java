package io.sluice.gateway.stream;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a source pauses: runs a flush after the rows that have already arrived, so that what is in the buffer then
 * waits for nothing. A flush too many does no harm, and none is missed.
 */
final class Pause {

    /** What a live client waits for its first row at most, where more are coming. */
    private static final long FIRST_MILLIS = 20;

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
        if (begun) {
            loop.execute(this::over);
        } else {
            var unused = loop.schedule(this::over, FIRST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void over() {
        scheduled = false;
        flush.run();
    }
}
