package io.sluice.transactions.idempotency;

/**
 * The answer to a request that is done once.
 *
 * @param replayed whether it was done before, and this is what was answered then
 */
public record Once(KeptAnswer answer, boolean replayed) {}
