package io.sluice.routing.batch;

/**
 * What a {@link BatchLoader} has done so far.
 *
 * @param loads how often a value was asked for
 * @param flights how many batches were sent
 * @param keys how many keys were in them; fewer than {@code loads} where callers shared one
 */
public record BatchStats(long loads, long flights, long keys) {}
