package io.sluice.routing;

import io.sluice.routing.pool.PoolState;
import org.jspecify.annotations.Nullable;

/**
 * Why no connection could be had. All of them are transient: nothing was sent to a server, trying again later is safe.
 *
 * <p>The SQLSTATE says what was missing, in PostgreSQL's own words: {@link #UNABLE_TO_CONNECT} a node that could be
 * reached in time, {@link #TOO_MANY_CONNECTIONS} a free connection, {@link #CANNOT_CONNECT_NOW} a node for the request,
 * which is what a server says that is starting up or shutting down.
 */
public sealed interface RoutingException
        permits AcquireTimeoutException, NoNodeAvailableException, PoolExhaustedException {

    /** SQLSTATE 08001: a connection was being opened when time was up. */
    String UNABLE_TO_CONNECT = "08001";

    /** SQLSTATE 53300: every connection that the pool may have was out. */
    String TOO_MANY_CONNECTIONS = "53300";

    /** SQLSTATE 57P03: there was no primary, or no node to read from. */
    String CANNOT_CONNECT_NOW = "57P03";

    /** One of the three above. */
    @Nullable
    String getSqlState();

    /** The node that was waited for or refused last, where there was one. */
    @Nullable
    String node();

    /** That node's pool at that moment, where there was one. */
    @Nullable
    PoolState poolState();
}
