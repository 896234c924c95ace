package io.sluice.routing.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What the server may still be working on for one lease.
 *
 * <p>The driver answers conversations in the order in which they were begun. So a conversation whose end was seen
 * proves that all before it are over, also those whose subscriber has left.
 */
final class InFlight {

    /** The answer to a conversation that would begin after the lease has ended. */
    static final long TOO_LATE = 0;

    private final List<Watch<?>> running = new ArrayList<>(2);
    private long begun;
    private int beginning;
    private boolean closed;
    private Sinks.@Nullable Empty<Void> allBegun;
    private long abandoned;
    private final LeaseListener listener;
    private final ConnectionLoop loop;

    InFlight(LeaseListener listener, ConnectionLoop loop) {
        this.listener = listener;
        this.loop = loop;
    }

    /** Where the connection lives. */
    ConnectionLoop loop() {
        return loop;
    }

    /**
     * The number of a conversation that may reach the driver from now on, or {@link #TOO_LATE}. When it has,
     * {@link #begun()} must follow.
     */
    synchronized long begin(Watch<?> watch) {
        if (closed) {
            return TOO_LATE;
        }
        beginning++;
        running.add(watch);
        return ++begun;
    }

    void begun() {
        Sinks.Empty<Void> last;
        synchronized (this) {
            beginning--;
            last = beginning == 0 ? allBegun : null;
        }
        if (last != null) {
            last.tryEmitEmpty();
        }
    }

    /**
     * The lease has ended: no conversation begins any more. Ends when those that are on their way to the driver have
     * reached it, because a caller may leave on one thread while its next statement starts on another.
     */
    synchronized Mono<Void> close() {
        closed = true;
        if (beginning == 0) {
            return Mono.empty();
        }
        allBegun = Sinks.empty();
        return allBegun.asMono();
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

    /** The conversation that is the only one, so that whatever the server says belongs to it. */
    synchronized @Nullable Watch<?> only() {
        return running.size() == 1 && abandoned == 0 ? running.get(0) : null;
    }

    synchronized boolean quiet() {
        return running.isEmpty() && abandoned == 0 && beginning == 0;
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
