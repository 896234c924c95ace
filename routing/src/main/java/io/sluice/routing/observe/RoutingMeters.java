package io.sluice.routing.observe;

import java.util.EnumSet;
import java.util.Set;

/**
 * Every meter of the router. All are tagged {@code node}, {@code host:port}; the {@link #timers()} also {@code outcome},
 * an {@link Outcome} in lower case, and they are spans of a trace as well.
 */
public enum RoutingMeters {
    /** Timer and span; {@code node} is "none" where there was no connection. */
    ACQUIRE("routing.acquire", "time until a caller had a connection, other nodes and waits for tokens included"),
    /** Timer and span; {@code TIMEOUT} means that the read went to the primary. */
    TOKEN_WAIT("routing.token.wait", "time that reads waited for a replica to reach their token"),
    /** Timer and span; {@code node} is the second one. */
    RETRY("routing.read.retry", "time until a read that was done again brought its first element"),
    /** Timer and span; {@code node} is the second one, {@code CANCELLED} where the first one won after all. */
    HEDGE("routing.read.hedge", "time until the second node of a hedged read brought its first element"),
    /** Whether the node answers and may be used, 1 or 0. */
    NODE_USABLE("routing.node.usable", "whether the node answers and may be used"),
    /** Whether the node is the primary, 1 or 0. */
    NODE_PRIMARY("routing.node.primary", "whether the node takes writes"),
    /** Seconds; NaN where unknown. */
    NODE_LAG("routing.node.lag", "seconds that a replica's replay is behind, by the router's clock"),
    /** Bytes; NaN where unknown. */
    NODE_LAG_BYTES("routing.node.lag.bytes", "bytes of WAL that a replica's replay is behind"),
    /** Connections. */
    POOL_ACQUIRED("routing.pool.acquired", "connections in use"),
    /** Connections. */
    POOL_IDLE("routing.pool.idle", "connections ready for use"),
    /** Callers. */
    POOL_PENDING("routing.pool.pending", "callers that wait for a connection"),
    /** Connections. */
    POOL_MAX("routing.pool.max", "most connections allowed"),
    /** Seconds. */
    POOL_OLDEST_LEASE("routing.pool.oldest.lease", "seconds that the oldest connection in use has been out"),
    /** Counter. */
    READ_RETRIES("routing.read.retries", "reads that were done again on another node"),
    /** Counter. */
    READ_HEDGES("routing.read.hedges", "reads that this node left waiting and that were asked of another as well"),
    /** Counter. */
    READ_HEDGES_WON("routing.read.hedges.won", "hedged reads that the other node answered first"),
    /** Counter. */
    DISCARDED("routing.connections.discarded", "connections thrown away because their server did not come to rest"),
    /** Counter. */
    LEAKS("routing.connections.leaked", "connections that were out for too long"),
    /** Counter. */
    EJECTIONS("routing.node.ejections", "times the node was left alone because it failed too often"),
    /** Counter. */
    OUTAGES("routing.node.outages", "times the node stopped to answer"),
    /** Counter. */
    PROMOTIONS("routing.node.promotions", "times the node became the primary");

    private final String meterName;
    private final String description;

    RoutingMeters(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    /** Those that measure how long something took, by {@link RoutingObserver}. */
    public static Set<RoutingMeters> timers() {
        return EnumSet.of(ACQUIRE, TOKEN_WAIT, RETRY, HEDGE);
    }

    public String meterName() {
        return meterName;
    }

    public String description() {
        return description;
    }
}
