package io.sluice.routing.pool;

import java.util.ArrayList;
import java.util.List;

/**
 * What the server may still be working on for one lease.
 *
 * <p>The driver answers conversations in the order in which they were begun. So a conversation whose end was seen
 * proves that all before it are over, also those whose subscriber has left.
 */
final class InFlight {

    private final List<Watch<?>> running = new ArrayList<>(2);
    private long begun;
    private long abandoned;
    private final LeaseListener listener;

    InFlight(LeaseListener listener) {
        this.listener = listener;
    }

    synchronized long begin(Watch<?> watch) {
        running.add(watch);
        return ++begun;
    }

    /** The server has answered to the end. */
    synchronized void finished(Watch<?> watch, long number) {
        running.remove(watch);
        if (number > abandoned) {
            abandoned = 0;
        }
    }

    /** The subscriber has left; the server may not have noticed. */
    synchronized void left(Watch<?> watch) {
        if (running.remove(watch)) {
            abandoned = begun;
        }
    }

    synchronized boolean quiet() {
        return running.isEmpty() && abandoned == 0;
    }

    /** A barrier has passed: whatever was begun before it is over. */
    synchronized void settled() {
        running.clear();
        abandoned = 0;
    }

    String node() {
        return listener.node();
    }

    void answered(long nanos) {
        listener.answered(nanos);
    }

    void discarded(Throwable error) {
        listener.discarded(String.valueOf(error.getMessage()));
    }

    void failed(Throwable error) {
        listener.failed(error);
    }

    /** Leaves everything that still has a subscriber, so that the driver drops what was not asked for. */
    void abandonAll() {
        List<Watch<?>> left;
        synchronized (this) {
            left = List.copyOf(running);
        }
        left.forEach(Watch::abandon);
    }
}
