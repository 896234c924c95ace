package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Sql;

/**
 * A statement to answer a request with.
 *
 * @param framed whether a frame stands before the rows
 * @param limit most rows that it yields
 */
record Work(Sql sql, boolean framed, long limit, Session session) {}
