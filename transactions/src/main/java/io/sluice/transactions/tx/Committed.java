package io.sluice.transactions.tx;

import io.sluice.routing.consistency.ConsistencyToken;

/**
 * The result of a committed transaction.
 *
 * @param value what the work gave
 * @param token a position in the log that covers the transaction
 * @param node who committed it, {@code host:port}
 */
public record Committed<T>(T value, ConsistencyToken token, String node) {}
