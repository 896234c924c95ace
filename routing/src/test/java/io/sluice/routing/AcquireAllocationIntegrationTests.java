package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.testing.Allocation;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What taking an open connection and giving it back leaves for the garbage collector. */
@PostgresTest(replicas = 2)
class AcquireAllocationIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;
    private RoutingConnectionFactory routing;
    private Mono<Void> cycle;

    @BeforeEach
    void open() {
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().maxSize(4).slowStart(Duration.ZERO);
        database.nodes().forEach(builder::node);
        routing = builder.build();
        cycle = Mono.usingWhen(routing.create(), connection -> Mono.empty(), Connection::close);
        eventually("all nodes are up", () -> routing.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() {
        routing.close().block(LIMIT);
    }

    @Test
    void aConnectionToThePrimaryCostsFewObjects() {
        assertThat(bytesEach(cycle)).isLessThanOrEqualTo(2_200);
    }

    @Test
    void aConnectionToAReplicaCostsFewMore() {
        assertThat(bytesEach(cycle.contextWrite(Routing.intent(AccessIntent.READ_ONLY))))
                .isLessThanOrEqualTo(3_300);
    }

    @Test
    void andSoDoesOneToAReplicaThatCoversAToken() {
        ConsistencyToken token =
                Objects.requireNonNull(routing.write(RoutedConnection::token).blockLast(LIMIT));

        assertThat(bytesEach(cycle.contextWrite(Routing.intent(AccessIntent.READ_ONLY))
                        .contextWrite(Routing.token(token))))
                .isLessThanOrEqualTo(3_450);
    }

    private static long bytesEach(Mono<Void> cycle) {
        return Allocation.bytesEach(() -> cycle.block(LIMIT));
    }
}
