package io.sluice.routing;

import io.r2dbc.spi.R2dbcTimeoutException;
import io.sluice.routing.pool.PoolState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No connection within the acquire timeout. */
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
                lastFailure);
        this.node = node;
        this.poolState = poolState;
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
