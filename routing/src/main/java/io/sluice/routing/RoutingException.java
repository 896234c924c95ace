package io.sluice.routing;

import io.sluice.routing.pool.PoolState;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection could be had. All of them are transient: nothing was sent to a server, trying again later is safe.
 */
public sealed interface RoutingException
        permits AcquireTimeoutException, NoNodeAvailableException, PoolExhaustedException {

    /** The node that was waited for or refused last, where there was one. */
    @Nullable
    String node();

    /** That node's pool at that moment, where there was one. */
    @Nullable
    PoolState poolState();
}
