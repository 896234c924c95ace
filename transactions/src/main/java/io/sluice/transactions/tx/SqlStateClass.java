package io.sluice.transactions.tx;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What an error means for a transaction, told by its SQLSTATE. The exception classes of R2DBC and Spring do not tell:
 * they take deadlocks and lock timeouts for permanent.
 */
public enum SqlStateClass {
    /** 40001: the isolation level could not be kept. The same transaction may succeed when it runs again. */
    SERIALIZATION,

    /** 40P01: the server broke a deadlock by failing this transaction. It may succeed when it runs again. */
    DEADLOCK,

    /** 55P03: a lock was not to be had in time. */
    LOCK_TIMEOUT,

    /** 57014: cancelled, by a statement timeout or on request. */
    CANCELLED,

    /** 25006: a write on a server that only reads: a standby, or a primary that was demoted. */
    READ_ONLY_SERVER,

    /** 08xxx, 57P0x, 53xxx, or no answer at all: the connection or the server is gone or full. */
    UNAVAILABLE,

    /** 40003: the server itself does not know. */
    UNKNOWN,

    /** 23505: another transaction was first. */
    DUPLICATE,

    /** Everything else: it fails in the same way when it is repeated. */
    PERMANENT;

    /** The class of an error; {@link #PERMANENT} where it has nothing to do with the database. */
    public static SqlStateClass of(Throwable error) {
        if (error instanceof R2dbcException database) {
            return of(database, database.getSqlState());
        }
        return error instanceof IOException ? UNAVAILABLE : PERMANENT;
    }

    private static SqlStateClass of(R2dbcException error, @Nullable String state) {
        if (state == null || state.length() != 5) {
            boolean resource = error instanceof R2dbcTransientResourceException
                    || error instanceof R2dbcNonTransientResourceException
                    || error instanceof R2dbcTimeoutException;
            return resource ? UNAVAILABLE : PERMANENT;
        }
        return switch (state) {
            case "40001" -> SERIALIZATION;
            case "40P01" -> DEADLOCK;
            case "40003" -> UNKNOWN;
            case "55P03" -> LOCK_TIMEOUT;
            case "57014" -> CANCELLED;
            case "25006" -> READ_ONLY_SERVER;
            case "23505" -> DUPLICATE;
            // idle_in_transaction_session_timeout, transaction_timeout: the server ended the session
            case "25P03", "25P04" -> UNAVAILABLE;
            case "57P01", "57P02", "57P03", "57P05" -> UNAVAILABLE;
            default ->
                state.startsWith("08") || state.startsWith("53") || state.startsWith("58") ? UNAVAILABLE : PERMANENT;
        };
    }

    /** Whether the transaction, rolled back as a whole, may be run again. Holds before COMMIT was sent. */
    public boolean mayBeRetried() {
        return switch (this) {
            case SERIALIZATION, DEADLOCK, LOCK_TIMEOUT, READ_ONLY_SERVER, UNAVAILABLE -> true;
            case CANCELLED, UNKNOWN, DUPLICATE, PERMANENT -> false;
        };
    }
}
