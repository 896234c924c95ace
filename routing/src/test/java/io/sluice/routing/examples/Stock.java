package io.sluice.routing.examples;

import static io.sluice.routing.wire.WireType.LONGS;
import static io.sluice.routing.wire.WireValue.longs;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireStatement;
import java.util.List;
import reactor.core.publisher.Mono;

/** Takes goods out of a warehouse in two round trips, however many they are. */
final class Stock {

    record Item(long id, long count) {}

    private static final WireStatement BEGIN = WireStatement.of("BEGIN");
    private static final WireStatement LOCK =
            WireStatement.of("SELECT FROM stock WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE", LONGS);
    private static final WireStatement TAKE = WireStatement.of(
            "UPDATE stock SET held = held - n FROM (SELECT unnest($1) AS id, unnest($2) AS n) AS t"
                    + " WHERE stock.id = t.id",
            LONGS,
            LONGS);

    private final RoutingConnectionFactory connections;

    Stock(RoutingConnectionFactory connections) {
        this.connections = connections;
    }

    Mono<ConsistencyToken> take(List<Item> items) {
        WireBatch lock = WireBatch.of(Step.of(BEGIN), Step.of(LOCK, longs(items, Item::id)));
        WireBatch take = WireBatch.of(Step.of(TAKE, longs(items, Item::id), longs(items, Item::count)));
        return Mono.usingWhen(
                connections.create(),
                connection -> connection.batch(lock, WireAnswer.NONE).then(connection.commitAndToken(take)),
                RoutedConnection::close);
    }
}
