package io.sluice.gateway.ledger;

import io.r2dbc.spi.R2dbcException;
import io.sluice.gateway.error.ApiException;
import io.sluice.transactions.ledger.LedgerBusyException;
import io.sluice.transactions.ledger.TooManyWatchedException;
import io.sluice.transactions.tx.DeadlineExceededException;
import io.sluice.transactions.tx.SqlStateClass;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** The ledger's refusals, and what its failures mean to a client. */
final class LedgerErrors {

    /** A field's value cannot be used. */
    static final String BAD_VALUE = "SLUICE601";

    static final String UNKNOWN_FIELD = "SLUICE602";
    static final String UNKNOWN_FLAG = "SLUICE603";
    static final String TOO_MANY = "SLUICE604";
    static final String BAD_FILTER = "SLUICE605";
    static final String NOT_FOUND = "SLUICE606";
    static final String BUSY = "SLUICE607";
    static final String NOT_DONE_IN_TIME = "SLUICE608";
    static final String OUTCOME_UNKNOWN = "SLUICE609";
    static final String TOO_MANY_WATCHED = "SLUICE610";
    static final String NOT_JSON = "PGRST102";

    private static final String SAFE_TO_REPEAT = "Nothing was done. Send it again, with the same id.";

    private LedgerErrors() {}

    static ApiException bad(String code, String message, @Nullable String hint) {
        return refusal(HttpStatus.BAD_REQUEST, code, message, hint);
    }

    static ApiException refusal(HttpStatusCode status, String code, String message, @Nullable String hint) {
        return new ApiException(status, code, message, null, hint);
    }

    /** An error of the ledger as the client is told; others are left to the gateway's common mapping. */
    static Throwable translate(Throwable error) {
        if (error instanceof LedgerBusyException busy) {
            return refusal(HttpStatus.SERVICE_UNAVAILABLE, BUSY, String.valueOf(busy.getMessage()), SAFE_TO_REPEAT);
        }
        if (error instanceof TooManyWatchedException full) {
            return refusal(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    TOO_MANY_WATCHED,
                    String.valueOf(full.getMessage()),
                    "Come back later, or raise sluice.ledger.watch-max.");
        }
        if (error instanceof DeadlineExceededException late) {
            return notDone(String.valueOf(late.getMessage()));
        }
        if (!(error instanceof R2dbcException)) {
            return error;
        }
        return switch (SqlStateClass.of(error)) {
            case LOCK_TIMEOUT -> notDone("an account was locked by somebody else for too long");
            case CANCELLED -> notDone("the database did not get it done in time");
            case SERIALIZATION, DEADLOCK, DUPLICATE -> notDone("other writers were faster, again and again");
            case UNAVAILABLE, READ_ONLY_SERVER ->
                notDone("the primary is not to be had: " + String.valueOf(error.getMessage()));
            case UNKNOWN, PERMANENT -> error;
        };
    }

    private static ApiException notDone(String message) {
        return refusal(HttpStatus.SERVICE_UNAVAILABLE, NOT_DONE_IN_TIME, message, SAFE_TO_REPEAT);
    }
}
