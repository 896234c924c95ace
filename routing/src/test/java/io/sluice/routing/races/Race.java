package io.sluice.routing.races;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import java.time.Duration;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a caller was doing when it left. */
enum Race {

    /** Waits for a connection, or for one to be opened, and hands it back unused. */
    ACQUIRE {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            return anywhere(random, Mono.usingWhen(factory.create(), connection -> Mono.empty(), Connection::close));
        }
    },

    /** Has nothing to do with the connection but to close it, and does not even wait for that. */
    RELEASE {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            return anywhere(
                    random,
                    Mono.usingWhen(
                            factory.create(),
                            connection -> Mono.from(number(connection)),
                            connection -> Mono.from(connection.close()).takeUntilOther(moment(random))));
        }
    },

    /** Waits for a statement that takes its time. */
    EXECUTE {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            return factory.read(connection -> rows(connection, "SELECT pg_sleep($1)::text", random.nextInt(30)));
        }
    },

    /** Reads rows, in portions of a size chosen at random. */
    STREAM {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            int fetchSize = random.nextBoolean() ? 0 : 1 + random.nextInt(100);
            return factory.read(connection -> Flux.from(connection
                            .createStatement("SELECT n FROM generate_series(1, $1) n")
                            .bind(0, 1 + random.nextInt(2_000))
                            .fetchSize(fetchSize)
                            .execute())
                    .flatMap(result -> result.map((row, metadata) -> row.get(0))));
        }
    },

    /** Reads rows by the simple protocol, which has no portions. */
    SIMPLE_STREAM {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            return factory.read(connection -> Flux.from(connection
                            .createStatement("SELECT generate_series(1, 500)")
                            .execute())
                    .flatMap(result -> result.map((row, metadata) -> row.get(0))));
        }
    },

    /** Moves something from one row to another. */
    TRANSACTION {
        @Override
        Flux<?> run(RoutingConnectionFactory factory, Random random) {
            int from = random.nextInt(BALANCES);
            int to = random.nextInt(BALANCES);
            return factory.write(connection -> Mono.from(connection.beginTransaction())
                    .then(change(connection, from, -1))
                    .then(change(connection, to, 1))
                    .then(random.nextBoolean() ? Mono.from(connection.commitTransaction()) : token(connection)));
        }
    };

    static final int BALANCES = 100;

    abstract Flux<?> run(RoutingConnectionFactory factory, Random random);

    /** Ends at a moment chosen at random: mostly between ten microseconds and five milliseconds, sometimes at once. */
    static Mono<?> moment(Random random) {
        return random.nextInt(20) == 0
                ? Mono.empty()
                : Mono.delay(Duration.ofNanos((long) Math.pow(10, 4 + 2.7 * random.nextDouble())));
    }

    private static Flux<?> anywhere(Random random, Mono<?> work) {
        return (random.nextBoolean() ? Routing.readOnly(work) : work).flux();
    }

    private static Mono<Void> token(RoutedConnection connection) {
        return connection.commitAndToken().then();
    }

    private static Publisher<?> number(Connection connection) {
        return rows(connection, "SELECT $1::text", 1);
    }

    private static Flux<String> rows(Connection connection, String sql, int milliseconds) {
        return Flux.from(connection
                        .createStatement(sql)
                        .bind(0, milliseconds / 1_000.0)
                        .execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class)));
    }

    private static Mono<Long> change(Connection connection, int row, int by) {
        return Flux.from(connection
                        .createStatement("UPDATE balances SET value = value + $1 WHERE id = $2")
                        .bind(0, by)
                        .bind(1, row)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .single();
    }
}
