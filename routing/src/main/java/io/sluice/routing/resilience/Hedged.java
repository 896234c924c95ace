package io.sluice.routing.resilience;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Runs a source, and a second one beside it where the first has said nothing for a while after it was asked. Whoever
 * speaks first, by an element or its end, is passed on; the other one is cancelled, and what it still brings is
 * discarded. A failure counts only when nobody else is left.
 */
public final class Hedged<T> extends Flux<T> {

    private final Publisher<? extends T> first;
    private final Supplier<? extends @Nullable Publisher<? extends T>> second;
    private final @Nullable Duration delay;
    private final Scheduler timer;
    private final Listener listener;

    /** Hears how a race ends. */
    public interface Listener {

        /** Somebody spoke, {@code nanos} after the first request: the second one, or the first. */
        void answered(long nanos, boolean second);
    }

    /**
     * @param second asked at most once, when the time has come; null for nobody
     * @param delay null for never
     */
    public Hedged(
            Publisher<? extends T> first,
            Supplier<? extends @Nullable Publisher<? extends T>> second,
            @Nullable Duration delay,
            Scheduler timer,
            Listener listener) {
        this.first = first;
        this.second = second;
        this.delay = delay;
        this.timer = timer;
        this.listener = listener;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Race<T> race = new Race<>(actual, this);
        actual.onSubscribe(race);
        race.start(first);
    }

    /** One subscription. Its fields are guarded by itself; nobody is called while it is locked. */
    private static final class Race<T> implements Subscription, Runnable {

        private final CoreSubscriber<? super T> actual;
        private final Hedged<T> hedged;
        private final Runner<T> one = new Runner<>(this);
        private final Runner<T> two = new Runner<>(this);
        private @Nullable Runner<T> winner;
        private @Nullable Throwable failure;
        private @Nullable Disposable alarm;
        private int running = 1;
        private boolean asked;
        private long beganNanos;
        private boolean over;

        private Race(CoreSubscriber<? super T> actual, Hedged<T> hedged) {
            this.actual = actual;
            this.hedged = hedged;
        }

        private void start(Publisher<? extends T> source) {
            synchronized (this) {
                if (over) {
                    return;
                }
            }
            source.subscribe(one);
        }

        @Override
        public void request(long n) {
            boolean begins;
            Runner<T> chosen;
            synchronized (this) {
                begins = !asked;
                chosen = winner;
                if (begins) {
                    asked = true;
                    beganNanos = System.nanoTime();
                }
            }
            if (chosen != null) {
                chosen.request(n);
                return;
            }
            if (begins && hedged.delay != null) {
                setAlarm(hedged.delay);
            }
            one.request(n);
            // Kept until there is a second one.
            two.request(n);
        }

        private void setAlarm(Duration delay) {
            Disposable scheduled = hedged.timer.schedule(this, delay.toNanos(), TimeUnit.NANOSECONDS);
            boolean late;
            synchronized (this) {
                alarm = scheduled;
                late = over || winner != null;
            }
            if (late) {
                scheduled.dispose();
            }
        }

        /** Time is up: the second one is asked, unless there is none. */
        @Override
        public void run() {
            synchronized (this) {
                if (over || winner != null || running == 0) {
                    return;
                }
                running++;
            }
            Publisher<? extends T> source = hedged.second.get();
            if (source == null) {
                gone(two, null);
            } else {
                source.subscribe(two);
            }
        }

        @Override
        public void cancel() {
            Disposable scheduled;
            synchronized (this) {
                over = true;
                scheduled = alarm;
            }
            if (scheduled != null) {
                scheduled.dispose();
            }
            one.cancel();
            two.cancel();
        }

        private boolean wins(Runner<T> runner) {
            long elapsed;
            Disposable scheduled;
            synchronized (this) {
                if (winner != null || over) {
                    return winner == runner && !over;
                }
                winner = runner;
                scheduled = alarm;
                elapsed = System.nanoTime() - beganNanos;
            }
            if (scheduled != null) {
                scheduled.dispose();
            }
            (runner == one ? two : one).cancel();
            hedged.listener.answered(elapsed, runner == two);
            return true;
        }

        /**
         * A runner has failed, or could not begin, which is no failure: {@code error} is null then. A runner that has won
         * fails for good; another one only where it was the last.
         */
        private void gone(Runner<T> runner, @Nullable Throwable error) {
            Throwable last;
            Disposable scheduled;
            synchronized (this) {
                if (over || (winner != null && winner != runner)) {
                    return;
                }
                if (failure == null) {
                    failure = error;
                } else if (error != null) {
                    failure.addSuppressed(error);
                }
                running--;
                if (winner == null && running > 0) {
                    return;
                }
                over = true;
                last = Objects.requireNonNull(winner == runner ? error : failure);
                scheduled = alarm;
            }
            if (scheduled != null) {
                scheduled.dispose();
            }
            actual.onError(last);
        }
    }

    private static final class Runner<T> implements CoreSubscriber<T> {

        private final Race<T> race;
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
        private boolean won;

        private Runner(Race<T> race) {
            this.race = race;
        }

        @Override
        public Context currentContext() {
            return race.actual.currentContext();
        }

        private void request(long n) {
            upstream.request(n);
        }

        private void cancel() {
            upstream.cancel();
        }

        @Override
        public void onSubscribe(Subscription s) {
            upstream.set(s);
        }

        @Override
        public void onNext(T element) {
            if (won || race.wins(this)) {
                won = true;
                race.actual.onNext(element);
            } else {
                Operators.onDiscard(element, currentContext());
            }
        }

        @Override
        public void onError(Throwable error) {
            race.gone(this, error);
        }

        @Override
        public void onComplete() {
            if (won || race.wins(this)) {
                race.actual.onComplete();
            }
        }
    }
}
