package io.sluice.gateway.ingest;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.sluice.gateway.error.Problem;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes batches to the primary, each in a transaction of its own. */
final class BatchWriter {

    /** {@code COPY orders, line 37, column amount: "abc"}. */
    private static final Pattern WHERE = Pattern.compile("COPY .*?, line (\\d+)(?:, column (.+?)(?:: |$))?");

    private final RoutingConnectionFactory routing;

    BatchWriter(RoutingConnectionFactory routing) {
        this.routing = routing;
    }

    /**
     * Writes the batch and releases it. A cancel before the commit rolls it back.
     *
     * <p>What the rows are to blame for is a result; an error means that no further batch will fare better.
     */
    Mono<BatchResult> write(Batch batch) {
        if (!batch.refused().isEmpty()) {
            batch.release();
            return Mono.just(BatchResult.refused(batch, 400, batch.refused()));
        }
        return routing.write(connection -> insert(connection, batch)).single().doFinally(signal -> batch.release());
    }

    private Mono<BatchResult> insert(RoutedConnection connection, Batch batch) {
        return Mono.from(connection.beginTransaction())
                .thenMany(Flux.fromIterable(batch.segments()).concatMap(segment -> copy(connection, segment)))
                .then(Mono.defer(connection::commitAndToken))
                .map(token -> BatchResult.committed(batch, token))
                .onErrorResume(Misfit.class, misfit -> Mono.from(connection.rollbackTransaction())
                        .thenReturn(BatchResult.refused(batch, misfit.status, List.of(misfit.error))));
    }

    private static Flux<Long> copy(RoutedConnection connection, Segment segment) {
        return connection
                .run(driver ->
                        driver.copyIn(segment.sql()).fromMany(segment.frames()).build())
                .onErrorMap(error -> error instanceof PostgresqlException refusal ? misfit(refusal, segment) : error);
    }

    /** The row's fault, where it is one. */
    private static Throwable misfit(PostgresqlException error, Segment segment) {
        ErrorDetails details = error.getErrorDetails();
        if (!blamesRows(details.getCode())) {
            return (Throwable) error;
        }
        Matcher where = WHERE.matcher(details.getWhere().orElse(""));
        boolean located = where.find();
        int n = located ? Integer.parseInt(where.group(1)) : 0;
        String column = located && where.group(2) != null
                ? where.group(2)
                : details.getColumnName().orElse(null);
        RowError rowError = new RowError(
                segment.row(n),
                segment.line(n),
                column,
                details.getConstraintName().orElse(null),
                details.getCode(),
                details.getMessage(),
                details.getDetail().orElse(null),
                details.getHint().orElse(null));
        return new Misfit(rowError, Problem.of((Throwable) error, false).status());
    }

    /** Bad values, broken constraints, and what triggers raise. */
    private static boolean blamesRows(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("44") || state.startsWith("P0");
    }

    private static final class Misfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient RowError error;
        private final int status;

        private Misfit(RowError error, int status) {
            super(error.message(), null, false, false);
            this.error = error;
            this.status = status;
        }
    }
}
