package io.sluice.routing.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows wait in the server, though they were all asked for. */
@PostgresTest(replicas = 0)
class ReadGateIntegrationTests {

    private static final int ROWS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        factory = RoutingConnectionFactory.builder()
                .node(database.primary())
                .maxSize(1)
                .build();
    }

    @AfterEach
    void close() {
        factory.close().block(LIMIT);
    }

    @Test
    void whatIsNotReadDoesNotCome() {
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger seenWhileShut = new AtomicInteger();
        factory.<Integer>read(connection -> wideRows(connection).doOnNext(width -> {
                    if (seen.incrementAndGet() == 10) {
                        connection.reading(false);
                        Mono.delay(Duration.ofSeconds(1))
                                .subscribe(
                                        late -> {
                                            seenWhileShut.set(seen.get());
                                            connection.reading(true);
                                        },
                                        error -> {});
                    }
                }))
                .count()
                .as(StepVerifier::create)
                .expectNext((long) ROWS)
                .expectComplete()
                .verify(LIMIT);
        assertThat(seenWhileShut).as("a read of 64 KiB may come late").hasValueBetween(10, 12);
    }

    @Test
    void aConnectionThatIsGivenBackIsReadAgain() {
        factory.<Integer>read(connection -> wideRows(connection)
                        .doOnNext(width -> connection.reading(false))
                        .take(1))
                .count()
                .as(StepVerifier::create)
                .expectNextMatches(count -> count <= 1)
                .expectComplete()
                .verify(LIMIT);
        factory.<Integer>read(ReadGateIntegrationTests::wideRows)
                .count()
                .as(StepVerifier::create)
                .expectNext((long) ROWS)
                .expectComplete()
                .verify(LIMIT);
    }

    private static Flux<Integer> wideRows(RoutedConnection connection) {
        return Flux.from(connection
                        .createStatement("SELECT repeat('x', 50000) FROM generate_series(1, $1)")
                        .bind(0, ROWS)
                        .fetchSize(0)
                        .execute())
                .flatMap(result -> ((PostgresqlResult) result)
                        .map((row, meta) ->
                                String.valueOf(row.get(0, String.class)).length()));
    }
}
