package io.sluice.routing.topology;

/** What a server is, as it says itself. */
public enum Role {
    /** Not asked yet, or never reached. */
    UNKNOWN,
    /** Takes writes. */
    PRIMARY,
    /** Replays another server's WAL. */
    REPLICA
}
