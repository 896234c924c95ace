package io.sluice.routing.wire;

/**
 * Takes what comes back for a {@link WireBatch}, on the connection's event loop. Statements are told by their place in the
 * batch, the first one's being 0. What is thrown here is the error of the batch.
 */
public interface WireAnswer {

    /** For statements of which nothing is wanted but that they succeed. */
    WireAnswer NONE = (step, row) -> {};

    /** A row of statement {@code step}, to be read before this returns. */
    void row(int step, WireRow row);

    /** Statement {@code step} was executed; all before it were, too. */
    default void executed(int step) {}
}
