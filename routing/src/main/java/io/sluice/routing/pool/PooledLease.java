package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.sluice.routing.WireRows;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.pool.PooledRef;

/**
 * A pooled connection for the time one caller holds it. Every conversation with the server is watched, so that
 * {@link #close()} knows what is left to clean up.
 */
public final class PooledLease extends ForwardingConnection<PostgresqlConnection> {

    private final PooledRef<PhysicalConnection> ref;
    private final PhysicalConnection physical;
    private final PostgresqlConnection driver;
    private final InFlight inFlight;
    private final Hygiene hygiene;
    private final OpenLeases open;
    private final long sinceNanos = System.nanoTime();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable IsolationLevel isolationToRestore;
    private boolean timeoutsChanged;
    private final @Nullable TakenAt takenAt;
    private boolean leakReported;

    PooledLease(
            PooledRef<PhysicalConnection> ref,
            PoolSettings settings,
            LeaseListener listener,
            OpenLeases open,
            @Nullable TakenAt takenAt) {
        super(ref.poolable().driver());
        this.ref = ref;
        this.physical = ref.poolable();
        this.driver = physical.driver();
        this.inFlight = new InFlight(listener, physical.loop());
        this.hygiene = new Hygiene(driver, inFlight, settings);
        this.open = open;
        this.takenAt = takenAt;
        open.add(this);
    }

    /**
     * Breaks the connection; what runs on it fails. The holder still has to close. An answer that has arrived already is
     * handed over whole before that: on the loop nothing comes between its row and its end.
     */
    void abort() {
        physical.doom();
        physical.close().subscribe(nothing -> {}, error -> {});
    }

    /** True the first time. */
    boolean reportLeak() {
        boolean first = !leakReported;
        leakReported = true;
        return first;
    }

    String takenAt() {
        return takenAt == null ? "" : takenAt.line();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    @Override
    protected PostgresqlConnection delegate() {
        if (closed.get()) {
            throw new IllegalStateException("the connection is closed: it went back to its pool");
        }
        return driver;
    }

    /** Watches {@code work} done with the driver itself, as a statement would be. */
    public <T> Flux<T> run(Function<? super PostgresqlConnection, ? extends Publisher<T>> work) {
        return Watch.flux(Flux.defer(() -> work.apply(delegate())), inFlight, false);
    }

    /**
     * COPY from the client. Where the subscriber leaves, the server is told that the data ends here and is bad; the
     * driver's own subscription stays until the server has answered, because cancelling it would free buffers that
     * the connection's thread may be sending at that moment.
     */
    public Mono<Long> copyIn(String sql, Publisher<? extends Publisher<ByteBuf>> frames) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> left = Sinks.empty();
            Flux<Publisher<ByteBuf>> data =
                    Flux.<Publisher<ByteBuf>>from(frames).takeUntilOther(left.asMono());
            Mono<Long> copied = delegate().copyIn(sql).fromMany(data).build();
            return Watch.copy(copied, inFlight, () -> left.tryEmitError(new CancellationException("the caller left")));
        });
    }

    /** Whether this session may have another {@code synchronous_commit} than the server gives to new ones. */
    public boolean commitModeIsItsOwn() {
        return physical.commitModeDiffers();
    }

    /** Notes whether SQL of the caller may change how the session commits, where it is sent among SQL of our own. */
    public void noteCommitMode(String sql) {
        if (CommitMode.mayBeChangedBy(sql)) {
            physical.commitModeMayDiffer();
        }
    }

    /** As the other, for each of the statements. */
    public void noteCommitMode(WireBatch batch) {
        for (WireBatch.Step step : batch.steps()) {
            noteCommitMode(step.statement().sql());
        }
    }

    /** Whether bytes are taken from the server, or wait in the network and there. What stops late is still put on again. */
    public void reading(boolean on) {
        if (on || !closed.get()) {
            physical.gate().open(on);
        }
    }

    /** The connection will be closed instead of going back to the pool. */
    public void discard() {
        physical.doom();
    }

    /**
     * Gives the connection back, fit for its next user: what still runs is cancelled on the server, an open transaction
     * is rolled back, settings are put back. Where that does not succeed in time, the connection is thrown away.
     *
     * <p>Never fails, and once begun it cannot be cancelled. Closing twice is harmless.
     */
    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> closed.compareAndSet(false, true) ? release() : Mono.empty());
    }

    private Mono<Void> release() {
        open.remove(this);
        physical.gate().open(true);
        Mono<Void> begun = inFlight.close();
        if (inFlight.quiet() && driver.isAutoCommit() && isolationToRestore == null && !timeoutsChanged) {
            return Detached.run(giveBack());
        }
        Mono<Void> cleaned = begun.then(Mono.defer(() -> hygiene.clean(isolationToRestore, timeoutsChanged)))
                .onErrorResume(error -> discarded(error))
                .then(Mono.defer(this::giveBack))
                .cache();
        return Detached.run(cleaned);
    }

    private Mono<Void> discarded(Throwable error) {
        physical.doom();
        inFlight.discarded(error);
        return Mono.empty();
    }

    private Mono<Void> giveBack() {
        physical.used();
        return ref.release();
    }

    @Override
    public Statement createStatement(String sql) {
        PostgresqlStatement statement = delegate().createStatement(sql);
        noteCommitMode(sql);
        return new WatchedStatement(statement, inFlight, physical.gate().rows());
    }

    /** The rows of a statement of this connection go past the driver where that is possible. */
    public void rowsTo(Statement statement, WireRows rows) {
        if (statement instanceof WatchedStatement watched) {
            watched.rowsTo(rows);
        }
    }

    /**
     * Sends a batch as one message; ends when the server has executed it. Where the subscriber leaves the conversation
     * goes on to its end.
     */
    public Mono<Void> batch(WireBatch batch, WireAnswer answer) {
        noteCommitMode(batch);
        return ownBatch(batch, answer);
    }

    /** As {@link #batch}, of statements that change nothing of the session or have been noted. */
    public Mono<Void> ownBatch(WireBatch batch, WireAnswer answer) {
        return Mono.defer(() -> {
            Flux<PostgresqlResult> placeholder = delegate()
                    .createStatement(BatchTaker.STANDS_FOR_A_BATCH)
                    .fetchSize(0)
                    .execute();
            Flux<PostgresqlResult> sent =
                    Batched.flux(placeholder, batch, answer, physical.gate().rows(), inFlight);
            return Watch.drained(sent, inFlight, false, WatchedResult::drain)
                    .concatMap(result -> WatchedResult.window(result, inFlight).getRowsUpdated())
                    .then();
        });
    }

    @Override
    public Batch createBatch() {
        return new WatchedBatch(delegate().createBatch(), inFlight);
    }

    @Override
    public Mono<Void> beginTransaction() {
        return Watch.mono(delegate().beginTransaction(), inFlight);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        return Watch.mono(delegate().beginTransaction(definition), inFlight);
    }

    @Override
    public Mono<Void> commitTransaction() {
        return Watch.mono(delegate().commitTransaction(), inFlight);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return Watch.mono(delegate().rollbackTransaction(), inFlight);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return Watch.mono(delegate().createSavepoint(name), inFlight);
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return Watch.mono(delegate().releaseSavepoint(name), inFlight);
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return Watch.mono(delegate().rollbackTransactionToSavepoint(name), inFlight);
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return Watch.mono(delegate().setAutoCommit(autoCommit), inFlight);
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        PostgresqlConnection connection = delegate();
        if (isolationToRestore == null && connection.isAutoCommit()) {
            isolationToRestore = connection.getTransactionIsolationLevel();
        }
        return Watch.mono(connection.setTransactionIsolationLevel(isolationLevel), inFlight);
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        timeoutsChanged = true;
        return Watch.mono(delegate().setLockWaitTimeout(timeout), inFlight);
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        timeoutsChanged = true;
        return Watch.mono(delegate().setStatementTimeout(timeout), inFlight);
    }

    /** A closed lease is not valid, whatever the connection under it is doing by then. */
    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return Mono.defer(() -> closed.get() ? Mono.just(false) : Watch.mono(driver.validate(depth), inFlight));
    }

    /** The position query and the like: watched, but without the wrappers around statement and result. */
    public Flux<PostgresqlResult> simple(String sql) {
        return Watch.flux(delegate().createStatement(sql).fetchSize(0).execute(), inFlight, true);
    }
}
