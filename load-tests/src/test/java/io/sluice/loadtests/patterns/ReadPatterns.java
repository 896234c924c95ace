package io.sluice.loadtests.patterns;

import static io.sluice.loadtests.patterns.Database.one;

import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Patterns of reading. */
final class ReadPatterns {

    private static final int CALLERS = 16;
    private static final String POINT = "SELECT id FROM customers WHERE id = $1";
    private static final String NEWEST = "SELECT id FROM %s WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20";

    private final Servers servers;

    ReadPatterns(Servers servers) {
        this.servers = servers;
    }

    Pattern pooledConnections() {
        ConnectionFactory pool = servers.primary().pool(CALLERS);
        ConnectionFactory bare = servers.primary().unpooled();
        return new Pattern(
                "A pool of connections against a connection for each request",
                "10 to 100 times as many requests",
                "point reads",
                List.of(
                        Variant.of("a new connection each", CALLERS, () -> point(bare)),
                        Variant.of("a pool of 16", CALLERS, () -> point(pool))));
    }

    Pattern manyQueries() {
        ConnectionFactory pool = servers.primary().pool(CALLERS);
        return new Pattern(
                "50 customers with their orders",
                "N+1 queries are slow; a join or a second query for all keys is the cure",
                "pages",
                List.of(
                        Variant.of("1 + 50 queries", CALLERS, () -> firstOfPage()
                                .flatMapMany(first -> Flux.range(0, 50)
                                        .concatMap(n -> one(
                                                pool,
                                                "SELECT id FROM orders WHERE customer_id = $1",
                                                statement -> statement.bind(0, first + n))))
                                .then()),
                        Variant.of("a join", CALLERS, () -> firstOfPage()
                                .flatMap(first -> one(
                                        pool,
                                        "SELECT o.id FROM customers c JOIN orders o ON o.customer_id = c.id"
                                                + " WHERE c.id >= $1 AND c.id < $1 + 50",
                                        statement -> statement.bind(0, first)))),
                        Variant.of("2 queries, the second with = ANY", CALLERS, () -> firstOfPage()
                                .flatMap(first -> one(
                                                pool,
                                                "SELECT id FROM customers WHERE id >= $1 AND id < $1 + 50",
                                                statement -> statement.bind(0, first))
                                        .then(one(
                                                pool,
                                                "SELECT id FROM orders WHERE customer_id = ANY ($1)",
                                                statement -> statement.bind(0, keys(first, 50))))))));
    }

    Pattern indexes() {
        ConnectionFactory pool = servers.primary().pool(4);
        return new Pattern(
                "The newest 20 orders of a customer, with and without an index",
                "an index in the wrong order is hardly better than none",
                "reads",
                Stream.of("unindexed", "misindexed", "orders")
                        .map(table -> Variant.of(
                                indexOf(table),
                                4,
                                () -> one(pool, NEWEST.formatted(table), statement -> statement.bind(0, customer()))))
                        .toList());
    }

    private static String indexOf(String table) {
        return switch (table) {
            case "unindexed" -> "no index";
            case "misindexed" -> "index (created_at, customer_id)";
            default -> "index (customer_id, created_at)";
        };
    }

    Pattern replicas() {
        ConnectionFactory primary = servers.primary().pool(CALLERS);
        List<ConnectionFactory> nodes = servers.replicas().stream()
                .map(replica -> (ConnectionFactory) replica.pool(CALLERS))
                .toList();
        return new Pattern(
                "Reads from one server against two replicas",
                "reads scale with the number of replicas (where each has a machine; here all share one)",
                "point reads",
                List.of(
                        Variant.of("the primary only", 2 * CALLERS, () -> point(primary)),
                        Variant.of(
                                "two replicas in turn",
                                2 * CALLERS,
                                () -> point(
                                        nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()))))));
    }

    Pattern coalescing() {
        ConnectionFactory pool = servers.primary().pool(CALLERS);
        return new Pattern(
                "Rows by key, one in a statement against 32 in a statement",
                "a statement costs more than a row",
                "rows",
                List.of(
                        Variant.of("one key each", CALLERS, () -> point(pool)),
                        Variant.of(
                                        "32 keys with = ANY",
                                        CALLERS,
                                        () -> one(
                                                pool,
                                                "SELECT id FROM customers WHERE id = ANY ($1)",
                                                statement -> statement.bind(0, keys(customer(), 32))))
                                .each(32)));
    }

    private static Mono<Long> point(ConnectionFactory factory) {
        return one(factory, POINT, statement -> statement.bind(0, customer()));
    }

    private static Mono<Long> firstOfPage() {
        return Mono.fromSupplier(() -> (long) ThreadLocalRandom.current().nextInt(1, Servers.CUSTOMERS - 50));
    }

    private static long customer() {
        return ThreadLocalRandom.current().nextInt(1, Servers.CUSTOMERS - 50);
    }

    private static Long[] keys(long first, int count) {
        Long[] keys = new Long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = first + i;
        }
        return keys;
    }
}
