package io.sluice.gateway.ingest;

import io.sluice.routing.RoutedConnection;
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

    /** COPY into the table itself. */
    static Loader copy() {
        return (connection, segment, from, to) ->
                connection.copyIn(segment.sql(), segment.frames(from, to)).onErrorMap(Misfit::orItself);
    }
}
