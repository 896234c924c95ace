package io.sluice.routing.resilience;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads an error: whose fault is it? */
public final class Failures {

    private static final int MAX_CAUSES = 8;

    private Failures() {}

    /**
     * The node is gone or going: the connection broke or could not be opened (class 08), the server shuts down,
     * crashed or starts up (57P01, 57P02, 57P03, 57P05).
     */
    public static boolean nodeIsUnavailable(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof IOException) {
                return true;
            }
            if (cause instanceof R2dbcException answer && unavailable(answer.getSqlState())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean unavailable(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08")
                        || sqlState.equals("57P01")
                        || sqlState.equals("57P02")
                        || sqlState.equals("57P03")
                        || sqlState.equals("57P05"));
    }

    /** Another node may well answer what this one refused: it is unavailable, full, or replay got in the way. */
    public static boolean anotherNodeMayHelp(Throwable error) {
        return nodeIsUnavailable(error) || error instanceof TimeoutException || full(error) || replayConflict(error);
    }

    /** The server has no connection left (53300), or none for us (55000 is not meant: that is a state of objects). */
    public static boolean full(Throwable error) {
        return "53300".equals(sqlState(error));
    }

    /** A standby cancelled the query because replay needed what it was looking at. */
    private static boolean replayConflict(Throwable error) {
        return "40001".equals(sqlState(error))
                && error.getMessage() != null
                && error.getMessage().contains("conflict with recovery");
    }

    private static @Nullable String sqlState(Throwable error) {
        return error instanceof R2dbcException answer ? answer.getSqlState() : null;
    }

    /** Says what went wrong in one line. */
    public static String reason(Throwable error) {
        Throwable root = error;
        for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        String state = sqlState(error);
        return state == null ? message : message + " (SQLSTATE " + state + ")";
    }
}
