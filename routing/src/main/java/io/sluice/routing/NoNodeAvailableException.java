package io.sluice.routing;

import io.r2dbc.spi.R2dbcTransientResourceException;
import io.sluice.routing.pool.PoolState;
import org.jspecify.annotations.Nullable;

/** No node of the cluster can take this request now, and no more callers may wait for one. */
public final class NoNodeAvailableException extends R2dbcTransientResourceException implements RoutingException {

    private static final long serialVersionUID = 1;

    private final @Nullable String node;

    NoNodeAvailableException(String reason, @Nullable String node, @Nullable Throwable cause) {
        super(reason, CANNOT_CONNECT_NOW, cause);
        this.node = node;
    }

    @Override
    public @Nullable String node() {
        return node;
    }

    @Override
    public @Nullable PoolState poolState() {
        return null;
    }
}
