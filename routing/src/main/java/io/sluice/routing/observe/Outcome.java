package io.sluice.routing.observe;

/** How something ended that took its time. */
public enum Outcome {
    /** As it should. */
    OK,
    /** Not in time. */
    TIMEOUT,
    /** No connection was free, and no more callers may wait for one. */
    EXHAUSTED,
    /** No node could be reached, or none fits. */
    UNAVAILABLE,
    /** The caller left, or another answer was faster. */
    CANCELLED,
    /** Any other failure, the statement's own for example. */
    ERROR
}
