package io.sluice.routing.pool;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/**
 * The bounded pool of one node.
 *
 * <p>It is the pool that r2dbc-pool is made of, with policies of its own where r2dbc-pool's fall short: which connections
 * are fit for reuse, how many there may be (this can change while it runs), how many are kept when nobody needs them, and
 * what has to happen before a connection is handed to its next user ({@link PooledLease}).
 */
public final class NodePool {

    private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(5);

    private final NodeDriver driver;
    private final LeaseListener listener;
    private final Clock clock;
    private final PoolSettings settings;
    private final ResizableAllocation allocation;
    private final OpenLeases open = new OpenLeases();
    private final InstrumentedPool<PhysicalConnection> pool;
    private final InstrumentedPool.PoolMetrics metrics;
    private final AtomicInteger generation = new AtomicInteger();

    public NodePool(NodeDriver driver, PoolSettings settings, LeaseListener listener, Clock clock) {
        this.driver = driver;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.allocation = new ResizableAllocation(settings.minIdle(), settings.maxSize());
        this.pool = PoolBuilder.from(Mono.defer(this::open).subscribeOn(Schedulers.single()))
                .clock(clock)
                .allocationStrategy(allocation)
                .maxPendingAcquire(settings.maxPending())
                .evictionPredicate((connection, metadata) -> finished(connection))
                .evictInBackground(UPKEEP_INTERVAL)
                .destroyHandler(PhysicalConnection::close)
                .idleResourceReuseMruOrder()
                .buildPool();
        this.metrics = pool.metrics();
    }

    private Mono<PhysicalConnection> open() {
        return driver.connect()
                .timeout(settings.connectTimeout(), Mono.error(this::tooSlow))
                .map(connection ->
                        new PhysicalConnection(connection, settings, clock, expiresMillis(), generation.get()));
    }

    /** A server that dies may leave a socket behind that still takes connections and never answers. */
    private R2dbcNonTransientResourceException tooSlow() {
        return new R2dbcNonTransientResourceException(
                "no connection to " + listener.node() + " within "
                        + settings.connectTimeout().toMillis() + " ms",
                "08001");
    }

    private long expiresMillis() {
        long lifetime = settings.maxLifetime().toMillis();
        if (lifetime == 0) {
            return Long.MAX_VALUE;
        }
        double early = ThreadLocalRandom.current().nextDouble() * settings.lifetimeVariance();
        return clock.millis() + (long) (lifetime * (1 - early));
    }

    private boolean finished(PhysicalConnection connection) {
        return allocation.aboveMaximum() || connection.finished(generation.get(), allocation.aboveMinimum());
    }

    /**
     * A lease of a connection that is open as far as can be known without asking.
     *
     * <p>Waits without limit while the pool is exhausted and its queue has room: the caller sets the time limit.
     * Cancelling gives up the place in the queue. Fails at once where the queue is full.
     */
    public Mono<PooledLease> acquire() {
        TakenAt takenAt = settings.recordLeases() ? new TakenAt() : null;
        return pool.acquire()
                .flatMap(ref -> lease(ref, takenAt))
                .onErrorResume(StaleConnectionException.class, stale -> acquire());
    }

    private Mono<PooledLease> lease(PooledRef<PhysicalConnection> ref, @Nullable TakenAt takenAt) {
        Mono<PooledLease> lease = Mono.fromSupplier(() -> new PooledLease(ref, settings, listener, open, takenAt));
        return ref.poolable().fresh() ? lease : afterQuestion(ref, lease);
    }

    /** The network may have forgotten a connection that has lain unused: it is asked before somebody relies on it. */
    private static Mono<PooledLease> afterQuestion(PooledRef<PhysicalConnection> ref, Mono<PooledLease> lease) {
        PhysicalConnection connection = ref.poolable();
        return connection
                .answers()
                .flatMap(answers -> answers ? lease : ref.invalidate().then(Mono.error(StaleConnectionException::new)))
                .doOnCancel(() -> {
                    connection.doom();
                    ref.release().subscribe(nothing -> {}, error -> {});
                });
    }

    /** Opens connections until there are {@code minIdle}; emits how many. Failures are the next attempt's business. */
    public Mono<Integer> warmUp() {
        return pool.warmup().onErrorReturn(0);
    }

    /** Every connection open now is closed when it is free, at once where it is idle already. */
    public void evict() {
        generation.incrementAndGet();
    }

    /** Breaks every connection that is out: its statement fails at once instead of waiting for a node that hangs. */
    public void abortLeases() {
        open.abort();
    }

    /** Leases that have been out for longer than {@code limit}, each told once; none where it is zero. */
    public List<LeakedLease> leaked(Duration limit) {
        return limit.isZero() ? List.of() : open.leaked(limit);
    }

    /** Changes the bounds; surplus connections are closed as they come back. */
    public void resize(int minIdle, int maxSize) {
        allocation.resize(minIdle, maxSize);
    }

    /** How many wait for a connection. */
    public int pending() {
        return metrics.pendingAcquireSize();
    }

    /** Whether somebody who comes now gets a connection without waiting for one to come back. */
    public boolean hasRoom() {
        return metrics.acquiredSize() + metrics.pendingAcquireSize() < allocation.permitMaximum();
    }

    public PoolState state() {
        return new PoolState(
                metrics.acquiredSize(),
                metrics.idleSize(),
                metrics.pendingAcquireSize(),
                allocation.permitMaximum(),
                settings.maxPending(),
                open.oldest());
    }

    /** Closes idle connections now and the others when they come back. */
    public Mono<Void> close() {
        return pool.disposeLater();
    }
}
