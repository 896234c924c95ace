package io.sluice.routing;

import io.r2dbc.spi.R2dbcTimeoutException;
import io.sluice.routing.pool.PoolState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No connection within the acquire timeout; {@link #getSqlState()} tells why (see {@link RoutingException}). */
public final class AcquireTimeoutException extends R2dbcTimeoutException implements RoutingException {

    private static final long serialVersionUID = 1;

    private final @Nullable String node;
    private final transient @Nullable PoolState poolState;

    AcquireTimeoutException(
            String waitedFor,
            Duration limit,
            @Nullable String node,
            @Nullable PoolState poolState,
            @Nullable Throwable lastFailure) {
        super(
                "no connection within " + limit.toMillis() + " ms: waited for " + waitedFor
                        + (poolState == null ? "" : " (" + poolState + ")")
                        + (lastFailure == null ? "" : "; last failure: " + lastFailure.getMessage()),
                sqlState(node, poolState),
                lastFailure);
        this.node = node;
        this.poolState = poolState;
    }

    private static String sqlState(@Nullable String node, @Nullable PoolState poolState) {
        if (node == null) {
            return CANNOT_CONNECT_NOW;
        }
        return poolState != null && poolState.acquired() >= poolState.max() ? TOO_MANY_CONNECTIONS : UNABLE_TO_CONNECT;
    }

    @Override
    public @Nullable String node() {
        return node;
    }

    @Override
    public @Nullable PoolState poolState() {
        return poolState;
    }
}
