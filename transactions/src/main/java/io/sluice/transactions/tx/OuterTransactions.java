package io.sluice.transactions.tx;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import reactor.core.publisher.Mono;

/** Finds the transaction that somebody else has begun around a call, so that a {@link TransactionTemplate} joins it. */
@FunctionalInterface
public interface OuterTransactions {

    OuterTransactions NONE = connections -> Mono.empty();

    /**
     * A transaction that is open.
     *
     * @param connection where it runs; whoever began it ends it and gives the connection back
     */
    record Outer(RoutedConnection connection, Isolation isolation, boolean readOnly) {}

    /** The transaction around the subscriber on a connection of {@code connections}, by its context; empty for none. */
    Mono<Outer> current(RoutingConnectionFactory connections);
}
