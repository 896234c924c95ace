package io.sluice.transactions.tx;

import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent and no answer came: the transaction is either done as a whole or not at all, and nobody here knows
 * which. Never repeat its work blindly; {@link TransactionTemplate#settle} asks the server.
 */
public final class UnknownOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String node;
    private final @Nullable String transactionId;

    UnknownOutcomeException(String node, @Nullable String transactionId, Throwable cause) {
        super(
                "the outcome of transaction " + (transactionId == null ? "(without an id)" : transactionId) + " on "
                        + node + " is unknown: COMMIT was sent and no answer came",
                cause);
        this.node = node;
        this.transactionId = transactionId;
    }

    /** The server that may have committed. */
    public String node() {
        return node;
    }

    /** PostgreSQL's 64-bit transaction id, as {@code pg_xact_status} takes it; null where it was not known yet. */
    public @Nullable String transactionId() {
        return transactionId;
    }
}
