package io.sluice.gateway.ingest;

import org.jspecify.annotations.Nullable;

/** A row that cannot go to the server. Stackless: bad rows are expected, and there may be many. */
final class RowRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final @Nullable String column;
    private final @Nullable String hint;

    RowRefusal(String code, String message, @Nullable String column, @Nullable String hint) {
        super(message, null, false, false);
        this.code = code;
        this.column = column;
        this.hint = hint;
    }

    static RowRefusal malformed(String message) {
        return new RowRefusal("PGRST102", message, null, null);
    }

    RowError at(long row, long line) {
        return new RowError(row, line, column, null, code, String.valueOf(getMessage()), null, hint);
    }
}
