package io.sluice.gateway.testing;

import java.time.Duration;

/** Waits for what has to become true in its own time. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 20;

    private Eventually() {}

    /** An assertion, as a lambda. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /** Repeats {@code check} until it passes; after 30 s its last failure is the test's. */
    public static void eventually(Check check) {
        eventually(LIMIT, check);
    }

    public static void eventually(Duration limit, Check check) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                check.run();
                return;
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + limit + ": " + e.getMessage(), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
