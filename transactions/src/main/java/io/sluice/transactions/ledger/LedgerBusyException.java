package io.sluice.transactions.ledger;

import java.time.Duration;

/** The queue is full or too old: nothing was done, and the same request may be sent again later. Stackless. */
public final class LedgerBusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    LedgerBusyException(int waiting, Duration oldest) {
        super(
                "the ledger is busy: " + waiting + " transfers wait, the oldest for " + oldest.toMillis()
                        + " ms; nothing was done",
                null,
                false,
                false);
        this.retryAfter = oldest.toMillis() < 1_000 ? Duration.ofSeconds(1) : oldest;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
