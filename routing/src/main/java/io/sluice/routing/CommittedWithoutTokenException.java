package io.sluice.routing;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * A transaction was committed, but the server refuses to say where its log stands. It has no SQLSTATE, so that nobody
 * takes it for a refusal of the commit and tries again.
 */
public final class CommittedWithoutTokenException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    CommittedWithoutTokenException(String node, Throwable refused) {
        super(
                "The transaction was committed on " + node + ", which does not say where its log stands: "
                        + refused.getMessage(),
                refused);
    }
}
