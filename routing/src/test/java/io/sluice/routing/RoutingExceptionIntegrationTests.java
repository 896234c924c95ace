package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.pool.PoolSettings;
import io.sluice.routing.pool.PoolState;
import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What callers are told when they get no connection, and how they reach the driver when they need it. */
@PostgresTest(replicas = 0)
class RoutingExceptionIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final PoolSettings ONE_CONNECTION = PoolSettings.DEFAULTS.withMaxSize(1);

    private TestDatabase database;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        factory = RoutingConnectionFactory.builder()
                .node(database.primary())
                .pool(ONE_CONNECTION)
                .acquireTimeout(Duration.ofSeconds(3))
                .build();
        eventually("the primary is known", () -> factory.state().primary() != null);
    }

    @AfterEach
    void close() {
        factory.close().block(LIMIT);
    }

    @Test
    void anExhaustedPoolIsTooManyConnectionsAndNamesItsNode() {
        RoutedConnection out = factory.create().block(LIMIT);
        Flux.range(0, ONE_CONNECTION.maxPending() + 1)
                .flatMap(
                        i -> factory.create()
                                .then(Mono.<RoutingException>empty())
                                .onErrorResume(this::routing),
                        ONE_CONNECTION.maxPending() + 1)
                .collectList()
                .as(StepVerifier::create)
                .assertNext(errors -> assertThat(errors)
                        .hasSize(ONE_CONNECTION.maxPending() + 1)
                        .hasAtLeastOneElementOfType(AcquireTimeoutException.class)
                        .hasAtLeastOneElementOfType(PoolExhaustedException.class)
                        .allSatisfy(error -> {
                            assertThat(error.getSqlState()).isEqualTo("53300");
                            assertThat(error.node())
                                    .isEqualTo(database.primary().name());
                            assertThat(error.poolState()).isNotNull();
                        }))
                .expectComplete()
                .verify(LIMIT);
        Mono.from(out.close()).block(LIMIT);
    }

    @Test
    void aCallerMayWaitLessLongThanOthers() {
        RoutedConnection out = factory.create().block(LIMIT);
        factory.read(connection -> Mono.just("read"))
                .contextWrite(Routing.acquireWithin(Duration.ofMillis(50)))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AcquireTimeoutException.class)
                        .hasMessageMatching("no connection within \\d{1,2} ms: waited for a connection to .*"))
                .verify(LIMIT);
        Mono.from(out.close()).block(LIMIT);
        factory.read(connection -> Mono.just("read"))
                .contextWrite(Routing.acquireWithin(LIMIT))
                .as(StepVerifier::create)
                .expectNext("read")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void howLongACallerWaitsDoesNotKeepItFromSharingAStatement() {
        Context hurried = Routing.acquireWithin(Duration.ofMillis(50)).apply(Context.empty());
        assertThat(SharedRoute.of(hurried).kind())
                .isEqualTo(SharedRoute.of(Context.empty()).kind());
    }

    @Test
    void aClusterWithoutAPrimaryCannotConnectNow() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RoutingConnectionFactory lost = RoutingConnectionFactory.builder()
                    .node(new NodeAddress("127.0.0.1", deaf.getLocalPort(), "d", "u", "p", Map.of()))
                    .acquireTimeout(Duration.ofMillis(200))
                    .build();
            lost.create()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error ->
                            assertThat(((R2dbcException) error).getSqlState()).isEqualTo("57P03"))
                    .verify(LIMIT);
            lost.close().block(LIMIT);
        }
    }

    @Test
    void aConnectionThatDoesNotOpenInTimeIsNotEstablished() {
        PoolState opening = new PoolState(0, 0, 1, 16, 64, Duration.ZERO);
        AcquireTimeoutException error =
                new AcquireTimeoutException("a connection to a:1", Duration.ofSeconds(3), "a:1", opening, null);

        assertThat(error.getSqlState()).isEqualTo("08001");
        assertThat(error.node()).isEqualTo("a:1");
    }

    @Test
    void whatAClosedConnectionLeavesUnreadSaysWhichNodeItWas() {
        RoutedConnection connection = factory.create().block(LIMIT);
        StepVerifier.create(
                        connection
                                .createStatement("SELECT n FROM generate_series(1, 100000) n WHERE n > $1")
                                .bind(0, 0)
                                .fetchSize(10)
                                .execute(),
                        1)
                .consumeNextWith(result -> StepVerifier.create(result.map((row, metadata) -> row.get(0)), 1)
                        .expectNextCount(1)
                        .then(() -> Mono.from(connection.close()).block(LIMIT))
                        .expectErrorSatisfies(error -> assertThat(error)
                                .hasMessageContaining(database.primary().name())
                                .extracting(e -> ((R2dbcException) e).getSqlState())
                                .isEqualTo("08003"))
                        .verify(LIMIT))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void theDriverIsUnderTheFactoryAndUnderItsConnections() {
        ConnectionFactory plain = factory;
        assertThat(Objects.requireNonNull(((Wrapped<?>) plain).unwrap(PostgresqlConnectionFactory.class))
                        .getMetadata()
                        .getName())
                .isEqualTo("PostgreSQL");
        assertThat(factory.unwrap(RoutingConnectionFactory.class)).isSameAs(factory);
        assertThat(factory.unwrap(String.class)).isNull();

        RoutedConnection connection = factory.create().block(LIMIT);
        PostgresqlConnection driver = connection.unwrap(PostgresqlConnection.class);
        assertThat(Objects.requireNonNull(driver).getMetadata().getDatabaseProductName())
                .isEqualTo("PostgreSQL");
        assertThat(driver).isNotInstanceOf(RoutedConnection.class);
        Mono.from(connection.close()).block(LIMIT);
    }

    private Mono<RoutingException> routing(Throwable error) {
        return error instanceof RoutingException refused ? Mono.just(refused) : Mono.error(error);
    }
}
