package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.stream.Place;
import org.jspecify.annotations.Nullable;

/**
 * A statement to answer a request with.
 *
 * @param guess a statement to run before it, whose plan tells about how many rows there are; or null
 * @param framed whether a frame stands before the rows
 * @param limit most rows that it yields
 * @param continuation what the statement is where it goes on behind a row, null where it cannot
 * @param precondition what must hold before it runs, in its transaction
 */
record Work(
        Sql sql,
        @Nullable Sql guess,
        boolean framed,
        long limit,
        Session session,
        @Nullable Precondition precondition,
        @Nullable Continuation continuation) {

    /** A statement for the rest of the rows. */
    @FunctionalInterface
    interface Continuation {
        Sql behind(Place place);
    }

    /** The same with a condition, not to be gone on with. */
    Work(
            Sql sql,
            @Nullable Sql guess,
            boolean framed,
            long limit,
            Session session,
            @Nullable Precondition precondition) {
        this(sql, guess, framed, limit, session, precondition, null);
    }

    /** The same without a condition. */
    Work(Sql sql, @Nullable Sql guess, boolean framed, long limit, Session session) {
        this(sql, guess, framed, limit, session, null, null);
    }

    /** The rest behind a row; all where there is none. */
    Work from(@Nullable Place place) {
        return place == null || continuation == null
                ? this
                : new Work(continuation.behind(place), null, framed, limit - place.rows(), session, null, continuation);
    }
}
