package io.sluice.routing;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.consistency.ConsistencyToken;
import reactor.core.publisher.Mono;

/** A connection that knows where it leads. Every connection of a {@link RoutingConnectionFactory} is one. */
public interface RoutedConnection extends Connection, Wrapped<Connection> {

    /** The node's name, {@code host:port}. */
    String node();

    /** Whether the node was the primary when this connection was handed out. */
    boolean primary();

    /**
     * A position that covers everything this connection has committed (on the primary) or could have seen (on a
     * replica). Call it after the commit; inside an open transaction the position would lie before it.
     */
    Mono<ConsistencyToken> token();
}
