package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Sql;
import org.jspecify.annotations.Nullable;

/**
 * A statement to answer a request with.
 *
 * @param guess a statement to run before it, whose plan tells about how many rows there are; or null
 * @param framed whether a frame stands before the rows
 * @param limit most rows that it yields
 * @param precondition what must hold before it runs, in its transaction
 */
record Work(
        Sql sql,
        @Nullable Sql guess,
        boolean framed,
        long limit,
        Session session,
        @Nullable Precondition precondition) {

    /** The same without a condition. */
    Work(Sql sql, @Nullable Sql guess, boolean framed, long limit, Session session) {
        this(sql, guess, framed, limit, session, null);
    }
}
