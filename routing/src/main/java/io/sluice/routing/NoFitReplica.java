package io.sluice.routing;

/** What becomes of a read when no replica is fit for it: all are down, too far behind, or ejected. */
public enum NoFitReplica {
    /** The primary takes it; without a primary, the replica that is least behind, where the read allows that. */
    PRIMARY,

    /** The replica that is least behind takes it, where the read allows that, else the primary. */
    LEAST_BEHIND,

    /** It waits for a fit replica and fails at the acquire timeout: the primary is protected from reads. */
    FAIL
}
