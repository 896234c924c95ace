package io.sluice.gateway.ingest;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.sluice.gateway.error.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server's refusal of rows that are to blame for it themselves. Stackless. */
final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** {@code COPY orders, line 37, column amount: "abc"}. */
    private static final Pattern WHERE = Pattern.compile("COPY .*?, line (\\d+)(?:, column (.+?)(?:: |$))?");

    private final transient ErrorDetails details;
    private final int line;
    private final @Nullable String column;
    private final int status;
    private final transient @Nullable Segment segment;

    private Misfit(ErrorDetails details, int line, @Nullable String column, int status, @Nullable Segment segment) {
        super(details.getMessage(), null, false, false);
        this.details = details;
        this.line = line;
        this.column = column;
        this.status = status;
        this.segment = segment;
    }

    /** The error as a misfit where rows are to blame: bad values, broken constraints, what triggers raise. */
    static Throwable orItself(Throwable error) {
        if (!(error instanceof PostgresqlException refusal)
                || !blamesRows(refusal.getErrorDetails().getCode())) {
            return error;
        }
        ErrorDetails details = refusal.getErrorDetails();
        Matcher where = WHERE.matcher(details.getWhere().orElse(""));
        boolean located = where.find();
        String column = located && where.group(2) != null
                ? where.group(2)
                : details.getColumnName().orElse(null);
        int line = located ? Integer.parseInt(where.group(1)) : 0;
        return new Misfit(details, line, column, Problem.of(error, false).status(), null);
    }

    private static boolean blamesRows(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("44") || state.startsWith("P0");
    }

    /** Which row of what was sent it was, counted from 0; negative where the server did not say. */
    int index() {
        return line - 1;
    }

    /** The HTTP status that it has as an answer of its own. */
    int status() {
        return status;
    }

    /** The same, about a segment that was sent from its first row on. */
    Misfit in(Segment sent) {
        return new Misfit(details, line, column, status, sent);
    }

    /** The error with the row where the server named one, and the segment is known. */
    RowError located() {
        return segment == null ? at(0, 0) : at(segment.row(index()), segment.line(index()));
    }

    RowError at(long row, long uploadLine) {
        return new RowError(
                row,
                uploadLine,
                column,
                details.getConstraintName().orElse(null),
                details.getCode(),
                details.getMessage(),
                details.getDetail().orElse(null),
                details.getHint().orElse(null));
    }
}
