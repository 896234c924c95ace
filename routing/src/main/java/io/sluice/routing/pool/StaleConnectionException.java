package io.sluice.routing.pool;

import io.r2dbc.spi.R2dbcNonTransientResourceException;

/** A pooled connection turned out to be dead. The pool throws it away and takes another; callers never see this. */
final class StaleConnectionException extends R2dbcNonTransientResourceException {

    private static final long serialVersionUID = 1;

    StaleConnectionException() {
        super("the connection is no longer usable");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
