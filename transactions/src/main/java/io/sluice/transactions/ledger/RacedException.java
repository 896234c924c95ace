package io.sluice.transactions.ledger;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientException;
import io.sluice.transactions.tx.SqlStateClass;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another writer came between reading and writing, or the connection does not keep what it has prepared: the transaction
 * is run again, sees what that one wrote, and prepares its statements anew.
 */
final class RacedException extends R2dbcTransientException {

    private static final long serialVersionUID = 1L;
    private static final String SERIALIZATION_FAILURE = "40001";

    /** There is no such prepared statement; its name is in use; its columns have changed. */
    private static final Set<String> LOST_PLANS = Set.of("26000", "42P05", "0A000");

    RacedException(String message, @Nullable Throwable cause) {
        super(message, SERIALIZATION_FAILURE, cause);
    }

    /** What an error of our own statements is to be taken for. */
    static Throwable orAsItIs(Throwable error) {
        if (isOfLostPlans(error)) {
            return new RacedException("this connection does not keep prepared statements", error);
        }
        return SqlStateClass.of(error) == SqlStateClass.DUPLICATE
                ? new RacedException("another writer used one of the ids first", error)
                : error;
    }

    private static boolean isOfLostPlans(Throwable error) {
        return error instanceof R2dbcException answer
                && answer.getSqlState() != null
                && LOST_PLANS.contains(answer.getSqlState());
    }
}
