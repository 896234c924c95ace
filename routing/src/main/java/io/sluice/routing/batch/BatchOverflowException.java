package io.sluice.routing.batch;

import io.r2dbc.spi.R2dbcTransientResourceException;

/** More callers wait for a {@link BatchLoader} than it lets. Nothing was sent; a later try may find room. */
public final class BatchOverflowException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    private final int waiting;

    BatchOverflowException(int waiting) {
        super(waiting + " callers wait for a batch already, which is the limit (maxWaiting)");
        this.waiting = waiting;
    }

    /** How many callers waited. */
    public int waiting() {
        return waiting;
    }
}
