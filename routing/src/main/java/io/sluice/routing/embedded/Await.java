package io.sluice.routing.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of the outside world that nobody reports: a file, a process, a position in the log. */
final class Await {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    /** Whether {@code condition} came true within {@code limit}; it is asked every 10 ms and at least once. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    static void orFail(Duration limit, BooleanSupplier condition, Supplier<String> message) {
        if (!until(limit, condition)) {
            throw new EmbeddedClusterException(message.get() + " (waited " + limit.toMillis() + " ms)");
        }
    }
}
