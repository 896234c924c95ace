package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One subscription to the driver that is watched for its end. Elements pass through untouched. */
final class Watch<T> implements CoreSubscriber<T>, Subscription {

    private static final int RUNNING = 0;
    private static final int DRAINING = 1;
    private static final int OVER = 2;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Watch> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Watch.class, "state");

    private final CoreSubscriber<? super T> actual;
    private final InFlight inFlight;
    private final boolean errorEndsConversation;
    private final @Nullable Consumer<? super T> drain;
    private final Runnable left;

    private @Nullable Subscription upstream;
    private long number;
    private long begunNanos;
    private boolean answered;
    private volatile int state;

    private Watch(
            CoreSubscriber<? super T> actual,
            InFlight inFlight,
            boolean errorEndsConversation,
            @Nullable Consumer<? super T> drain,
            Runnable left) {
        this.actual = actual;
        this.inFlight = inFlight;
        this.errorEndsConversation = errorEndsConversation;
        this.drain = drain;
        this.left = left;
    }

    /**
     * Watches a conversation.
     *
     * @param errorEndsConversation whether the driver fails {@code source} only when the server has nothing more to say
     */
    static <T> Flux<T> flux(Flux<? extends T> source, InFlight inFlight, boolean errorEndsConversation) {
        return new FluxOperator<T, T>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new Watch<T>(actual, inFlight, errorEndsConversation, null, Watch::nothing).subscribeTo(source);
            }
        };
    }

    /**
     * As {@link #flux}, but a subscriber that leaves does not end the subscription to the driver: what still comes
     * goes to {@code drain}, so that the conversation's end is seen nevertheless.
     */
    static <T> Flux<T> drained(
            Flux<? extends T> source, InFlight inFlight, boolean errorEndsConversation, Consumer<? super T> drain) {
        return new FluxOperator<T, T>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new Watch<T>(actual, inFlight, errorEndsConversation, drain, Watch::nothing).subscribeTo(source);
            }
        };
    }

    /**
     * As {@link #drained}, for a COPY into a table: {@code left} is run where the subscriber leaves, and makes the
     * source of the data fail, so that the driver ends the COPY in order.
     */
    static Mono<Long> copy(Mono<Long> source, InFlight inFlight, Runnable left) {
        return new MonoOperator<Long, Long>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super Long> actual) {
                new Watch<Long>(actual, inFlight, false, rows -> {}, left).subscribeTo(source);
            }
        };
    }

    /** As {@link #flux}, for a conversation of at most one element; its error is the server's last word. */
    static <T> Mono<T> mono(Mono<? extends T> source, InFlight inFlight) {
        return new MonoOperator<T, T>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new Watch<T>(actual, inFlight, true, null, Watch::nothing).subscribeTo(source);
            }
        };
    }

    /** Where the lease has ended meanwhile, the driver is not asked: the connection may be somebody else's. */
    private void subscribeTo(CorePublisher<? extends T> source) {
        number = inFlight.begin(this);
        if (number == InFlight.TOO_LATE) {
            Operators.error(actual, new IllegalStateException("the connection is closed: it went back to its pool"));
            return;
        }
        OnLoop.subscribe(source, this, inFlight.loop(), inFlight::begun);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.validate(upstream, s)) {
            upstream = s;
            begunNanos = System.nanoTime();
            actual.onSubscribe(this);
        }
    }

    @Override
    public void onNext(T element) {
        if (state != RUNNING) {
            drop(element);
            return;
        }
        answered();
        actual.onNext(element);
    }

    @Override
    public void onComplete() {
        int before = STATE.getAndSet(this, OVER);
        if (before != OVER) {
            inFlight.finished(this, number);
        }
        if (before == RUNNING) {
            answered();
            actual.onComplete();
        }
    }

    @Override
    public void onError(Throwable error) {
        int before = STATE.getAndSet(this, OVER);
        if (before == OVER) {
            return;
        }
        if (errorEndsConversation) {
            inFlight.finished(this, number);
        } else {
            inFlight.left(this);
        }
        if (before == RUNNING) {
            inFlight.failed(error);
            actual.onError(error);
        }
    }

    @Override
    public void request(long n) {
        upstream().request(n);
    }

    @Override
    public void cancel() {
        if (drain != null) {
            if (STATE.compareAndSet(this, RUNNING, DRAINING)) {
                answered();
                left.run();
                upstream().request(Long.MAX_VALUE);
            }
            return;
        }
        if (end()) {
            inFlight.left(this);
            answered();
        }
        upstream().cancel();
    }

    private void drop(T element) {
        if (drain != null) {
            drain.accept(element);
        } else if (element instanceof PostgresqlResult unread) {
            // Its rows are buffers that somebody has to take.
            WatchedResult.drain(unread);
        } else {
            Operators.onDiscard(element, currentContext());
        }
    }

    /** The lease ends before the subscriber has taken everything. */
    void abandon() {
        boolean running = state == RUNNING;
        cancel();
        if (running) {
            actual.onError(new R2dbcNonTransientResourceException(
                    "the connection to " + inFlight.node() + " was closed before this result was read to its end",
                    "08003"));
        }
    }

    /** Reports how long the caller waited for the first sign of an answer; a wait that was given up counts too. */
    void answered() {
        if (!answered) {
            answered = true;
            inFlight.answered(System.nanoTime() - begunNanos);
        }
    }

    private static void nothing() {}

    private boolean end() {
        return STATE.compareAndSet(this, RUNNING, OVER);
    }

    private Subscription upstream() {
        return Objects.requireNonNull(upstream);
    }
}
