package io.sluice.routing.pool;

/** Stands for a node, and hears how it answers the statements of its leases. Called on event loops: return at once. */
public interface LeaseListener {

    /** The node's name, {@code host:port}, for messages. */
    String node();

    /** A statement got its first row, or its end, or was given up, {@code nanos} after it was sent. */
    void answered(long nanos);

    /** A statement failed; {@code error} may be the statement's own fault. */
    void failed(Throwable error);

    /** A connection was thrown away at release because its server did not come to rest in time. */
    void discarded(String reason);
}
