package io.sluice.routing;

import io.r2dbc.spi.R2dbcTransientResourceException;
import io.sluice.routing.pool.PoolState;

/** All connections of a node are out, and as many callers wait for one as may. */
public final class PoolExhaustedException extends R2dbcTransientResourceException implements RoutingException {

    private static final long serialVersionUID = 1;

    private final String node;
    private final transient PoolState poolState;

    PoolExhaustedException(String node, PoolState poolState, Throwable cause) {
        super(
                "the pool of " + node + " is exhausted and its queue is full (" + poolState + ")",
                TOO_MANY_CONNECTIONS,
                cause);
        this.node = node;
        this.poolState = poolState;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public PoolState poolState() {
        return poolState;
    }
}
