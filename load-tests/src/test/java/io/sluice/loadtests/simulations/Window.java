package io.sluice.loadtests.simulations;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The time in which users go on; it begins when the first of them asks. */
final class Window {

    private static final long UNSET = Long.MIN_VALUE;

    private final long length;
    private final AtomicLong start = new AtomicLong(UNSET);

    Window(Duration length) {
        this.length = length.toNanos();
    }

    boolean open() {
        long now = System.nanoTime();
        start.compareAndSet(UNSET, now);
        return now - start.get() < length;
    }
}
