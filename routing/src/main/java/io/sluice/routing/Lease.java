package io.sluice.routing;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection for the time a caller holds it. */
final class Lease implements RoutedConnection {

    private static final String POSITION = "SELECT (CASE current_setting('synchronous_commit') WHEN 'off'"
            + " THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END)::text";

    private final Connection pooled;
    private final PostgresqlConnection driver;
    private final String node;

    Lease(Connection pooled, String node) {
        this.pooled = pooled;
        this.driver = Objects.requireNonNull(((Wrapped<?>) pooled).unwrap(PostgresqlConnection.class));
        this.node = node;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public boolean primary() {
        return true;
    }

    @Override
    public Mono<ConsistencyToken> token() {
        return Flux.from(driver.createStatement(POSITION).execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .single()
                .map(text -> new ConsistencyToken(1, Lsn.parse(text)));
    }

    @Override
    public Mono<ConsistencyToken> commitAndToken() {
        return Mono.from(pooled.commitTransaction()).then(token());
    }

    @Override
    public <T> Flux<T> run(Function<? super PostgresqlConnection, ? extends Publisher<T>> work) {
        return Flux.defer(() -> work.apply(driver));
    }

    @Override
    public Publisher<Void> close() {
        return pooled.close();
    }

    @Override
    public Connection unwrap() {
        return pooled;
    }

    @Override
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        return targetClass.isInstance(this) ? targetClass.cast(this) : ((Wrapped<?>) pooled).unwrap(targetClass);
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return pooled.beginTransaction();
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return pooled.beginTransaction(definition);
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return pooled.commitTransaction();
    }

    @Override
    public Batch createBatch() {
        return pooled.createBatch();
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return pooled.createSavepoint(name);
    }

    @Override
    public Statement createStatement(String sql) {
        return pooled.createStatement(sql);
    }

    @Override
    public boolean isAutoCommit() {
        return pooled.isAutoCommit();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return pooled.getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return pooled.getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return pooled.releaseSavepoint(name);
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return pooled.rollbackTransaction();
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return pooled.rollbackTransactionToSavepoint(name);
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return pooled.setAutoCommit(autoCommit);
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return pooled.setLockWaitTimeout(timeout);
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return pooled.setStatementTimeout(timeout);
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return pooled.setTransactionIsolationLevel(isolationLevel);
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return pooled.validate(depth);
    }
}
