package io.sluice.routing.pool;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Hands every call on, so that those who decorate a connection write down only what they change. */
public abstract class ForwardingConnection<C extends Connection> implements Connection, Wrapped<Connection> {

    private final C delegate;

    protected ForwardingConnection(C delegate) {
        this.delegate = delegate;
    }

    /** The connection behind this one. Overridden where a call after close has to be refused. */
    protected C delegate() {
        return delegate;
    }

    @Override
    public Connection unwrap() {
        return delegate;
    }

    @Override
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        if (targetClass.isInstance(this)) {
            return targetClass.cast(this);
        }
        if (targetClass.isInstance(delegate)) {
            return targetClass.cast(delegate);
        }
        return delegate instanceof Wrapped<?> wrapped ? wrapped.unwrap(targetClass) : null;
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return delegate().beginTransaction();
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return delegate().beginTransaction(definition);
    }

    @Override
    public Publisher<Void> close() {
        return delegate().close();
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return delegate().commitTransaction();
    }

    @Override
    public Batch createBatch() {
        return delegate().createBatch();
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return delegate().createSavepoint(name);
    }

    @Override
    public Statement createStatement(String sql) {
        return delegate().createStatement(sql);
    }

    @Override
    public boolean isAutoCommit() {
        return delegate().isAutoCommit();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return delegate().getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return delegate().getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return delegate().releaseSavepoint(name);
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return delegate().rollbackTransaction();
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return delegate().rollbackTransactionToSavepoint(name);
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return delegate().setAutoCommit(autoCommit);
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return delegate().setLockWaitTimeout(timeout);
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return delegate().setStatementTimeout(timeout);
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return delegate().setTransactionIsolationLevel(isolationLevel);
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return delegate().validate(depth);
    }
}
