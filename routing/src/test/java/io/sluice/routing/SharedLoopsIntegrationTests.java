package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Connections on event loops that an application already has. */
@Tag("containers")
@PostgresTest(replicas = 0)
class SharedLoopsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final LoopResources loops = LoopResources.create("application", 2, true);

    @AfterEach
    void dispose() {
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void connectionsTakeTurnsOnTheLoopsAndLeaveThemToTheApplication(TestDatabase database) {
        RoutingConnectionFactory routing = RoutingConnectionFactory.builder()
                .node(database.primary())
                .maxSize(4)
                .loops(loops)
                .build();
        Flux.range(0, 4)
                .flatMap(caller -> routing.write(SharedLoopsIntegrationTests::thread))
                .collectList()
                .as(StepVerifier::create)
                .assertNext(threads -> assertThat(threads)
                        .allMatch(thread -> thread.startsWith("application-"))
                        .as("not all on the loop where the first one was asked for")
                        .satisfies(all -> assertThat(Set.copyOf(all)).hasSize(2)))
                .expectComplete()
                .verify(LIMIT);
        routing.close().block(LIMIT);
        assertThat(loops.isDisposed()).isFalse();
    }

    private static Flux<String> thread(RoutedConnection connection) {
        return Flux.from(
                        connection.createStatement("SELECT pg_sleep(1) IS NULL").execute())
                .flatMap(result -> result.map(row -> Thread.currentThread().getName()))
                .map(Objects::requireNonNull);
    }
}
