package io.sluice.routing.topology;

/** Whether a server can be expected to answer. */
public enum Health {
    /** Not asked yet. */
    UNKNOWN,
    /** Answered when last asked. */
    UP,
    /** A statement or a connection has just failed; it is being asked. */
    SUSPECT,
    /** Did not answer when last asked. */
    DOWN
}
