package io.sluice.transactions.ledger;

import io.r2dbc.spi.R2dbcTransientException;
import org.jspecify.annotations.Nullable;

/** Another writer came between reading and writing: the transaction is run again and will see what that one wrote. */
final class RacedException extends R2dbcTransientException {

    private static final long serialVersionUID = 1L;
    private static final String SERIALIZATION_FAILURE = "40001";

    RacedException(String message, @Nullable Throwable cause) {
        super(message, SERIALIZATION_FAILURE, cause);
    }
}
