package io.sluice.gateway.ingest;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A way for rows into a table, inside the transaction that the connection is in. */
interface Loader {

    /**
     * Writes the rows from {@code from} to before {@code to} of the segment.
     *
     * @return how many of them were inserted or updated
     * @throws Misfit as the error, where rows are to blame; the transaction, or savepoint, is then to be rolled back
     */
    Mono<Long> load(RoutedConnection connection, Segment segment, int from, int to);

    /** What an INSERT of these rows does about rows that are there already; nothing by default. */
    default String onConflict(Segment segment) {
        return "";
    }

    /** COPY into the table itself. */
    static Loader copy() {
        return (connection, segment, from, to) ->
                write(connection, segment, from, to).onErrorMap(Misfit::orItself);
    }

    private static Mono<Long> write(RoutedConnection connection, Segment segment, int from, int to) {
        return segment.columns().length == 0
                ? defaults(connection, segment, to - from)
                : connection.copyIn(segment.sql(), segment.frames(from, to));
    }

    /** Rows that name no column at all, which COPY does not know. */
    private static Mono<Long> defaults(RoutedConnection connection, Segment segment, int rows) {
        String sql = "INSERT INTO " + segment.target().table().name().quoted() + " SELECT FROM generate_series(1, $1)";
        return Flux.from(connection.createStatement(sql).bind(0, rows).execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }
}
