package io.sluice.transactions.tx;

import java.time.Duration;

/** The transaction did not get done in its time. It was rolled back: repeating it is safe. */
public final class DeadlineExceededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeadlineExceededException(Duration deadline, int attempt) {
        super("the transaction was not done within its deadline of " + deadline.toMillis() + " ms (attempt " + attempt
                + "); it was rolled back");
    }
}
