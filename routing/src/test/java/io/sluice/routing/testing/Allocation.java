package io.sluice.routing.testing;

import java.lang.management.ManagementFactory;

/**
 * How much a hot path allocates. Unlike its time that is the same on a busy machine, so a test may set a limit to it.
 *
 * <p>The tests' JVM has the simple compiler only ({@code -XX:TieredStopAtLevel=1}), which allocates whatever the source
 * says; the optimising one may leave some of it out.
 */
public final class Allocation {

    private static final int WARM_UP = 2_000;
    private static final int OPERATIONS = 5_000;
    private static final int ATTEMPTS = 5;

    private Allocation() {}

    /** Bytes allocated by one {@code operation} on this thread: of several attempts the least, on average. */
    public static long bytesEach(Runnable operation) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        repeat(operation, WARM_UP);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(operation, OPERATIONS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least / OPERATIONS;
    }

    private static void repeat(Runnable operation, int times) {
        for (int i = 0; i < times; i++) {
            operation.run();
        }
    }
}
