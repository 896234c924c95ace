package io.sluice.routing.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@PostgresTest(replicas = 1)
class StockIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<Stock.Item> ORDER = List.of(new Stock.Item(2, 5), new Stock.Item(1, 7));

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Stock stock;

    @BeforeEach
    void open() {
        database.execute("DROP TABLE IF EXISTS stock");
        database.execute("CREATE TABLE stock (id bigint PRIMARY KEY, held bigint CHECK (held >= 0))");
        database.execute("INSERT INTO stock VALUES (1, 10), (2, 10)");
        connections = RoutingConnectionFactory.builder()
                .node(database.primary())
                .node(database.replicas().get(0))
                .maxSize(1)
                .build();
        stock = new Stock(connections);
    }

    @AfterEach
    void close() {
        connections.close().block(LIMIT);
    }

    @Test
    void aReadWithTheTokenSeesWhatWasTaken() {
        ConsistencyToken token = Objects.requireNonNull(stock.take(ORDER).block(LIMIT));
        connections
                .<Long>read(connection -> Flux.from(connection
                                .createStatement("SELECT held FROM stock ORDER BY id")
                                .execute())
                        .concatMap(result -> result.map(row -> row.get(0, Long.class))))
                .contextWrite(Routing.token(token))
                .as(StepVerifier::create)
                .expectNext(3L, 5L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void nothingIsTakenWhereOneOfThemIsShort() {
        stock.take(ORDER)
                .then(stock.take(ORDER))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("23514"))
                .verify(LIMIT);
        stock.take(List.of(new Stock.Item(1, 1))).block(LIMIT);
        assertThat(database.value("SELECT string_agg(held::text, ' ' ORDER BY id) FROM stock"))
                .isEqualTo("2 5");
    }
}
