package io.sluice.gateway.error;

/**
 * SQLSTATE to HTTP status, as PostgREST answers it (its {@code Error.hs}), with one difference: what a retry may mend
 * (a conflict, a deadlock, a cancelled statement) is told apart from what it will not.
 */
final class SqlStates {

    private SqlStates() {}

    /** The status for an error that PostgreSQL raised; {@code authenticated} tells 401 from 403. */
    static int httpStatus(String state, String message, boolean authenticated) {
        int exact = exactly(state, message, authenticated);
        return exact > 0 ? exact : byClass(state);
    }

    private static int exactly(String state, String message, boolean authenticated) {
        return switch (state) {
            case "21000" -> message.endsWith("requires a WHERE clause") ? 400 : 500;
            case "22023" -> message.startsWith("role") && message.endsWith("does not exist") ? 401 : 400;
            case "23503", "23505" -> 409;
            case "25006" -> 405;
            case "42501" -> authenticated ? 403 : 401;
            case "42883" -> message.startsWith("function xmlagg(") ? 406 : 404;
            case "42P01" -> 404;
            case "42P17", "53400" -> 500;
            case "57P01", "57P02", "57P03" -> 503;
            case "P0001" -> 400;
            default -> custom(state);
        };
    }

    /** {@code RAISE SQLSTATE 'PT404'} chooses the status itself. */
    private static int custom(String state) {
        if (!state.startsWith("PT") || state.length() != 5) {
            return 0;
        }
        try {
            int status = Integer.parseInt(state, 2, 5, 10);
            return status >= 200 && status < 600 ? status : 500;
        } catch (NumberFormatException e) {
            return 500;
        }
    }

    private static int byClass(String state) {
        if (state.length() < 2) {
            return 500;
        }
        return switch (state.substring(0, 2)) {
            case "08", "53" -> 503;
            case "0L", "0P", "28" -> 403;
            case "09", "25", "2D", "38", "39", "3B", "40", "54", "55", "57", "58", "F0", "HV", "P0", "XX" -> 500;
            default -> 400;
        };
    }
}
