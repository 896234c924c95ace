package io.sluice.gateway.diagnose;

import java.time.Instant;

/**
 * Rows of a table that a client reads one by one.
 *
 * @param column by which they are found
 * @param reads how many such reads there were, of all clients, since the first was noticed
 * @param last when the last one came
 * @param instead the request that would have done for a few of the last ones
 */
public record Finding(String table, String column, long reads, Instant last, String instead) {}
