package io.sluice.transactions.tx;

/** A call inside a transaction asked for more than the transaction it would join gives. */
public final class NestedTransactionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NestedTransactionException(String message) {
        super(message);
    }
}
