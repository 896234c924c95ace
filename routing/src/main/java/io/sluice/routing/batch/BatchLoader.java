package io.sluice.routing.batch;

import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.SharedRoute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reads values by key, those of concurrent callers together: {@code WHERE id = ANY($1)} once and not {@code WHERE id =
 * $1} for each. Make one for each shape of statement (table, columns, role) and share it.
 *
 * <p>Nothing waits for a clock: a value that is asked for while nothing is on its way is read at once and alone; what is
 * asked for meanwhile gathers, and leaves together when the answer comes. Callers of the same key in one batch share it.
 * A read that has left is never joined by a later caller, so everybody sees at least what was committed when they asked.
 *
 * <p>Callers whose {@link io.sluice.routing.Routing Context} asks for another node or consistency level are not put
 * together; of their tokens a batch gets the latest. Values are delivered on the thread on which the batch ends, usually
 * that of its connection. Safe for any number of threads.
 */
public final class BatchLoader<K, V> {

    private final Function<? super List<K>, ? extends Mono<Map<K, V>>> load;
    private final Predicate<? super Throwable> divides;
    private final Duration patience;
    private final Scheduler scheduler;
    private final LongAdder loads = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder keys = new LongAdder();
    private final Object lock = new Object();
    private final Tower<K, V> tower;
    private boolean watched;

    private BatchLoader(Builder<K, V> builder) {
        this.load = builder.load;
        this.divides = builder.divides;
        this.patience = builder.settings.patience();
        this.scheduler = builder.scheduler;
        this.tower = new Tower<>(builder.settings);
    }

    /**
     * A loader that reads with {@code load}: the values of these keys, at least one and none twice. A key that is not in
     * the result has no value. The returned {@code Mono} is subscribed to once, with what the callers' Contexts say about
     * routing and nothing else of them.
     */
    public static <K, V> Builder<K, V> of(Function<? super List<K>, ? extends Mono<Map<K, V>>> load) {
        return new Builder<>(load);
    }

    /**
     * The value of {@code key}; empty where there is none. It is asked for on subscription, on each anew.
     *
     * <p>Cancelling leaves the other callers alone; the last caller of a batch cancels it. Errors: those of the batch,
     * or where one key may be to blame, of that key alone; {@link BatchOverflowException} where too many wait.
     */
    public Mono<V> load(K key) {
        return Mono.create(sink -> enter(key, sink));
    }

    /** Whether PostgreSQL could do nothing with a value (SQLSTATE class 22): by default a batch is divided then. */
    public static boolean isDataException(Throwable error) {
        return error instanceof R2dbcException database
                && database.getSqlState() != null
                && database.getSqlState().startsWith("22");
    }

    /** What was done so far. */
    public BatchStats stats() {
        return new BatchStats(loads.sum(), sent.sum(), keys.sum());
    }

    private void enter(K key, MonoSink<V> sink) {
        Caller<K, V> caller = new Caller<>(key, SharedRoute.of(sink.contextView()), sink);
        Flight<K, V> flight;
        boolean watch;
        try {
            synchronized (lock) {
                tower.enter(caller);
                flight = tower.takeOff(now());
                watch = needsWatch();
            }
        } catch (BatchOverflowException e) {
            sink.error(e);
            return;
        }
        loads.increment();
        sink.onCancel(() -> leave(caller));
        start(flight, watch);
    }

    private long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    private boolean needsWatch() {
        boolean needed = !watched && tower.someWait();
        watched |= needed;
        return needed;
    }

    private void start(@Nullable Flight<K, V> flight, boolean watch) {
        if (watch) {
            scheduler.schedule(this::look, patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (flight != null) {
            fly(flight);
        }
    }

    /** A batch that does not come back, from a server that hangs for example, must not hold up those behind it. */
    private void look() {
        Flight<K, V> flight;
        boolean watch;
        synchronized (lock) {
            watched = false;
            tower.judge(now());
            flight = tower.takeOff(now());
            watch = needsWatch();
        }
        start(flight, watch);
    }

    private void fly(Flight<K, V> flight) {
        List<K> wanted;
        SharedRoute route;
        synchronized (lock) {
            wanted = flight.batch().keys();
            route = flight.batch().route();
        }
        if (wanted.isEmpty()) {
            // Its callers left between its start and here.
            land(flight, Map.of());
            return;
        }
        sent.increment();
        keys.add(wanted.size());
        flight.running(Mono.defer(() -> load.apply(wanted))
                .defaultIfEmpty(Map.of())
                .contextWrite(route.context())
                .subscribe(values -> land(flight, values), error -> crash(flight, error)));
    }

    private void land(Flight<K, V> flight, Map<K, V> values) {
        for (Caller<K, V> caller : over(flight)) {
            caller.sink().success(values.get(caller.key()));
        }
    }

    private void crash(Flight<K, V> flight, Throwable error) {
        if (!isDivided(flight, error)) {
            for (Caller<K, V> caller : over(flight)) {
                caller.sink().error(error);
            }
        }
    }

    /** Where one key may be to blame, it is looked for: half of the batch at a time. */
    private boolean isDivided(Flight<K, V> flight, Throwable error) {
        if (!divides.test(error)) {
            return false;
        }
        Flight<K, V> next;
        boolean watch;
        synchronized (lock) {
            if (flight.batch().size() < 2 || !tower.land(flight)) {
                return false;
            }
            tower.divide(flight.batch());
            next = tower.takeOff(now());
            watch = needsWatch();
        }
        start(next, watch);
        return true;
    }

    /** Ends a flight and sends the next one before the callers are answered, so that the server does not wait for that. */
    private List<Caller<K, V>> over(Flight<K, V> flight) {
        List<Caller<K, V>> callers;
        Flight<K, V> next;
        boolean watch;
        synchronized (lock) {
            if (!tower.land(flight)) {
                return List.of();
            }
            callers = flight.batch().callers();
            tower.answered(callers.size());
            next = tower.takeOff(now());
            watch = needsWatch();
        }
        start(next, watch);
        return callers;
    }

    private void leave(Caller<K, V> caller) {
        Flight<K, V> empty;
        Flight<K, V> next = null;
        boolean watch = false;
        synchronized (lock) {
            empty = tower.leave(caller);
            if (empty != null) {
                next = tower.takeOff(now());
                watch = needsWatch();
            }
        }
        if (empty != null) {
            empty.cancel();
        }
        start(next, watch);
    }

    /** Settings of a loader, each with its default. */
    public static final class Builder<K, V> {

        private final Function<? super List<K>, ? extends Mono<Map<K, V>>> load;
        private Predicate<? super Throwable> divides = BatchLoader::isDataException;
        private BatchSettings settings = BatchSettings.DEFAULTS;
        private Scheduler scheduler = Schedulers.parallel();

        private Builder(Function<? super List<K>, ? extends Mono<Map<K, V>>> load) {
            this.load = load;
        }

        /** Most keys in a batch, 128 by default. A full one leaves beside the one that is on its way. */
        public Builder<K, V> maxBatch(int maxBatch) {
            settings = new BatchSettings(maxBatch, settings.maxFlights(), settings.maxWaiting(), settings.patience());
            return this;
        }

        /** Most batches on their way at a time, 16 by default. */
        public Builder<K, V> maxFlights(int maxFlights) {
            settings = new BatchSettings(settings.maxBatch(), maxFlights, settings.maxWaiting(), settings.patience());
            return this;
        }

        /** Most callers at a time, 10,000 by default; more get a {@link BatchOverflowException}. */
        public Builder<K, V> maxWaiting(int maxWaiting) {
            settings = new BatchSettings(settings.maxBatch(), settings.maxFlights(), maxWaiting, settings.patience());
            return this;
        }

        /** A batch that is on its way for longer, 50 ms by default, does not hold back the next one any more. */
        public Builder<K, V> patience(Duration patience) {
            settings = new BatchSettings(settings.maxBatch(), settings.maxFlights(), settings.maxWaiting(), patience);
            return this;
        }

        /** Where {@link #patience} is counted, {@link Schedulers#parallel()} by default. */
        public Builder<K, V> scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /**
         * Failures for which a single key may be to blame: such a batch is tried again in halves until the key is found.
         * By default PostgreSQL's data exceptions (SQLSTATE class 22: a value that cannot be cast, a division by zero).
         */
        public Builder<K, V> dividesOn(Predicate<? super Throwable> divides) {
            this.divides = divides;
            return this;
        }

        public BatchLoader<K, V> build() {
            return new BatchLoader<>(this);
        }
    }
}
