package io.sluice.routing;

/** What the caller is going to do with a connection, and therefore which nodes may serve it. */
public enum AccessIntent {
    /** Reads and writes: the primary. The default where nothing else is said. */
    READ_WRITE,

    /** Reads only: a fit replica, or the primary by policy when there is none. */
    READ_ONLY
}
