package io.sluice.transactions.tx;

import reactor.core.Exceptions;

/**
 * Statements that are sent together are all heard to their end, because one that is cancelled half-way is trouble for
 * the connection. Where several fail the first is the reason: the others only say that the transaction is aborted.
 */
public final class FirstError {

    private FirstError() {}

    public static Throwable of(Throwable error) {
        return Exceptions.isMultiple(error) ? Exceptions.unwrapMultiple(error).get(0) : error;
    }
}
