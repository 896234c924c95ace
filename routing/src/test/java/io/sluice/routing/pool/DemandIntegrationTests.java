package io.sluice.routing.pool;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rows are asked for by another thread than the one they come on, a few at a time. */
@PostgresTest(replicas = 0)
class DemandIntegrationTests {

    private static final int ROWS = 5_000;
    private static final int STATEMENTS = 40;
    private static final Duration STILL = Duration.ofSeconds(30);

    private TestDatabase database;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        factory = RoutingConnectionFactory.builder().node(database.primary()).build();
    }

    @AfterEach
    void close() {
        factory.close().block(Duration.ofSeconds(60));
    }

    @Test
    void noResultStandsStillWhoeverAsks() {
        Flux.range(0, STATEMENTS)
                .flatMap(n -> rows(n % 2 == 0 ? 0 : 64, 1 + n % 7).count(), 2)
                .distinct()
                .as(StepVerifier::create)
                .expectNext((long) ROWS)
                .expectComplete()
                .verify(Duration.ofMinutes(5));
    }

    @Test
    void aConversationIsBegunOnTheLoopOnWhichItsRowsCome() {
        factory.<EventExecutor>write(connection -> Flux.concat(
                        connection.run(driver -> Mono.fromSupplier(ThreadExecutorMap::currentExecutor)),
                        Flux.from(connection.createStatement("SELECT 1").execute())
                                .flatMap(result -> ((PostgresqlResult) result)
                                        .map((row, meta) -> ThreadExecutorMap.currentExecutor()))))
                .distinct()
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(STILL);
    }

    private Flux<Integer> rows(int fetchSize, int prefetch) {
        return factory.write(connection -> Flux.from(connection
                        .createStatement("SELECT n FROM generate_series(1, $1) n")
                        .bind(0, ROWS)
                        .fetchSize(fetchSize)
                        .execute())
                .flatMap(result -> ((PostgresqlResult) result).map((row, meta) -> row.get(0, Integer.class)))
                .publishOn(Schedulers.parallel(), prefetch)
                .timeout(STILL));
    }
}
