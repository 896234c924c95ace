package io.sluice.routing.pool;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The event loop of one connection's socket, and whether that socket is still open. */
record ConnectionLoop(EventExecutor executor, BooleanSupplier open) {

    /** By then the driver was told that its socket is closed, and has failed what it was waiting for. */
    private static final long SETTLED_MILLIS = 5;

    /** On the loop: at once where this is the loop. A loop that has been shut down has no rows to collide with. */
    void run(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException stopped) {
            task.run();
        }
    }

    /**
     * As {@link #run} for demand and cancellation, to which the driver may answer by sending something, from within the
     * loop that empties its buffer. On a socket that was just closed that fails at once, and the driver would wait in
     * that loop for itself to leave it (r2dbc-postgresql 1.1.3), for ever. So such a signal waits until the driver
     * knows.
     */
    void signal(Runnable signal) {
        run(() -> {
            if (open.getAsBoolean()) {
                signal.run();
            } else {
                whenSettled(signal);
            }
        });
    }

    private void whenSettled(Runnable signal) {
        try {
            Future<?> unused = executor.schedule(signal, SETTLED_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            signal.run();
        }
    }
}
