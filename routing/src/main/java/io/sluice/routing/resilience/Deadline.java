package io.sluice.routing.resilience;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * A time limit for obtaining a resource: no timer is set where the resource comes at once, and a resource that comes
 * too late, or to somebody who has left, is given back instead of being lost.
 */
public final class Deadline<T> extends MonoOperator<T, T> {

    private final Duration limit;
    private final Scheduler timer;
    private final Supplier<? extends Throwable> error;
    private final Consumer<? super T> giveBack;

    /**
     * @param error what the subscriber gets when time is up
     * @param giveBack takes a resource that nobody waits for any more; must not fail
     */
    public Deadline(
            Mono<? extends T> source,
            Duration limit,
            Scheduler timer,
            Supplier<? extends Throwable> error,
            Consumer<? super T> giveBack) {
        super(source);
        this.limit = limit;
        this.timer = timer;
        this.error = error;
        this.giveBack = giveBack;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        source.subscribe(new Waiting<>(actual, this));
    }

    private static final class Waiting<T> implements CoreSubscriber<T>, Subscription, Runnable {

        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<Waiting> OVER =
                AtomicIntegerFieldUpdater.newUpdater(Waiting.class, "over");

        private final CoreSubscriber<? super T> actual;
        private final Deadline<T> deadline;
        private @Nullable Subscription upstream;
        private volatile int over;
        private volatile @Nullable Disposable timer;

        private Waiting(CoreSubscriber<? super T> actual, Deadline<T> deadline) {
            this.actual = actual;
            this.deadline = deadline;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription s) {
            if (Operators.validate(upstream, s)) {
                upstream = s;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {
            upstream().request(n);
            if (over == 0 && timer == null) {
                Disposable scheduled = deadline.timer.schedule(this, deadline.limit.toNanos(), TimeUnit.NANOSECONDS);
                timer = scheduled;
                if (over != 0) {
                    scheduled.dispose();
                }
            }
        }

        @Override
        public void onNext(T resource) {
            if (end()) {
                actual.onNext(resource);
                actual.onComplete();
            } else {
                deadline.giveBack.accept(resource);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (end()) {
                actual.onError(failure);
            } else {
                Operators.onErrorDropped(failure, currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                actual.onComplete();
            }
        }

        @Override
        public void cancel() {
            if (end()) {
                upstream().cancel();
            }
        }

        @Override
        public void run() {
            if (end()) {
                upstream().cancel();
                actual.onError(deadline.error.get());
            }
        }

        private boolean end() {
            if (!OVER.compareAndSet(this, 0, 1)) {
                return false;
            }
            Disposable scheduled = timer;
            if (scheduled != null) {
                scheduled.dispose();
            }
            return true;
        }

        private Subscription upstream() {
            return Objects.requireNonNull(upstream);
        }
    }
}
