package io.sluice.routing.pool;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.pool.AllocationStrategy;

/** Grants a pool between {@code min} and {@code max} connections, where both may change while it runs. */
final class ResizableAllocation implements AllocationStrategy {

    private final AtomicInteger granted = new AtomicInteger();
    private volatile int min;
    private volatile int max;

    ResizableAllocation(int min, int max) {
        this.min = min;
        this.max = max;
    }

    /** Connections beyond a smaller {@code max} are closed as they come back. */
    void resize(int min, int max) {
        this.min = min;
        this.max = max;
    }

    boolean aboveMinimum() {
        return granted.get() > min;
    }

    boolean aboveMaximum() {
        return granted.get() > max;
    }

    @Override
    public int estimatePermitCount() {
        return Math.max(0, max - granted.get());
    }

    @Override
    public int getPermits(int desired) {
        if (desired < 0) {
            return 0;
        }
        while (true) {
            int before = granted.get();
            int wanted = Math.max(desired, min - before);
            int permits = Math.max(0, Math.min(wanted, max - before));
            if (granted.compareAndSet(before, before + permits)) {
                return permits;
            }
        }
    }

    @Override
    public int permitGranted() {
        return granted.get();
    }

    @Override
    public int permitMinimum() {
        return min;
    }

    @Override
    public int permitMaximum() {
        return max;
    }

    @Override
    public void returnPermits(int returned) {
        granted.addAndGet(-returned);
    }

    @Override
    public int warmupParallelism() {
        return Math.max(1, min);
    }
}
