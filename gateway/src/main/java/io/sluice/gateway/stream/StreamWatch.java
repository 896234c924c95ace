package io.sluice.gateway.stream;

import io.sluice.gateway.error.ApiException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.springframework.http.HttpStatus;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Sees to it that a long answer ends: it has a place among the long ones, its client takes what waits for it, and it
 * does not go on for ever. Of one run of a statement.
 */
final class StreamWatch {

    /** A stall is noticed this part of the timeout late at most. */
    private static final int CHECKS_PER_TIMEOUT = 4;

    private final StreamLimits limits;
    private final String server;

    /** When the answer began, perhaps with another run, on the clock of the limits' scheduler. */
    private final long since;

    private final Disposable.Composite timers = Disposables.composite();
    private final AtomicBoolean placed = new AtomicBoolean();

    /** A client may leave on one thread while its answer becomes a long one on another. */
    private volatile boolean ended;

    /** Bytes that somebody writes to the socket right now. */
    private final AtomicLong atSocket = new AtomicLong();

    private volatile long progress;

    StreamWatch(StreamLimits limits, String server, long since) {
        this.limits = limits;
        this.server = server;
        this.since = since;
    }

    /**
     * The answer has become a long one.
     *
     * @param stalled called where the client takes nothing any more
     * @param overdue called where the answer takes too long
     * @return whether there is a place for it
     */
    boolean begin(Consumer<ApiException> stalled, Consumer<ApiException> overdue) {
        if (!limits.share().enter(server)) {
            return false;
        }
        placed.set(true);
        if (ended) {
            leave();
        }
        progress = limits.now();
        long period = Math.max(1, limits.stallTimeout().toMillis() / CHECKS_PER_TIMEOUT);
        timers.add(
                limits.scheduler().schedulePeriodically(() -> check(stalled), period, period, TimeUnit.MILLISECONDS));
        long left = Math.max(0, limits.maxDuration().toMillis() - (limits.now() - since));
        timers.add(limits.scheduler().schedule(() -> overdue.accept(overdue()), left, TimeUnit.MILLISECONDS));
        return true;
    }

    private void check(Consumer<ApiException> stalled) {
        Duration stall = limits.stallTimeout();
        if (atSocket.get() > 0 && limits.now() - progress >= stall.toMillis()) {
            stalled.accept(new ApiException(
                    HttpStatus.REQUEST_TIMEOUT,
                    "SLUICE301",
                    "the client has taken nothing for " + stall.toMillis() + " ms",
                    null,
                    null));
        }
    }

    private ApiException overdue() {
        return new ApiException(
                HttpStatus.GATEWAY_TIMEOUT,
                "SLUICE302",
                "the answer took longer than " + limits.maxDuration().toMillis() + " ms",
                null,
                "Ask for less at a time, or raise sluice.stream.max-duration.");
    }

    /** Bytes go to the socket. */
    void sending(int bytes) {
        if (atSocket.getAndAdd(bytes) == 0) {
            progressed();
        }
    }

    /** The socket has taken some. */
    void progressed() {
        progress = limits.now();
    }

    /** All of them were taken, or thrown away. */
    void sent(int bytes) {
        atSocket.addAndGet(-bytes);
        progressed();
    }

    /** Why there was no place. */
    RuntimeException refusal() {
        return limits.share().refusal(server);
    }

    /** Nothing is to be looked after any more. */
    void end() {
        ended = true;
        timers.dispose();
        leave();
    }

    /** The server is done with the answer. */
    void leave() {
        if (placed.getAndSet(false)) {
            limits.share().leave(server);
        }
    }
}
