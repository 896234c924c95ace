package io.sluice.routing.micrometer;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.AcquireTimeoutException;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.observe.Outcome;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.resilience.HedgeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a trace and the timers tell of one caller's way. */
@PostgresTest(replicas = 2)
class RoutingObservationsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Spans spans = new Spans();
    private RoutingObserver observer;
    private TestDatabase database;
    private String replica;
    private RoutingConnectionFactory factory;

    @BeforeEach
    void open() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(spans);
        observer = new RoutingObservations(registry);
        start(HedgeSettings.OFF);
    }

    private void start(HedgeSettings hedging) {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .maxSize(2)
                .acquireTimeout(Duration.ofSeconds(5))
                .balancer(LoadBalancer.roundRobin())
                .hedging(hedging)
                .observer(observer);
        database.nodes().forEach(builder::node);
        factory = builder.build();
        replica = database.replicas().get(0).name();
        eventually("all nodes are up", () -> factory.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() {
        eventually("everything is given back", () -> factory.state().nodes().stream()
                .allMatch(node -> node.pool().acquired() == 0));
        factory.close().block(LIMIT);
    }

    @Test
    void anAcquireIsASpanUnderItsCallersWithNodeAndOutcome() {
        Observation caller = Observation.start("caller", ObservationRegistry.create());
        factory.write(connection -> run(connection, "SELECT 1"))
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, caller))
                .blockLast(LIMIT);

        Observation.Context span = spans.only(RoutingMeters.ACQUIRE);
        assertThat(span.getParentObservation()).isSameAs(caller);
        assertThat(node(span)).isEqualTo(database.primary().name());
        assertThat(outcome(span)).isEqualTo(Outcome.OK);
        assertThat(span.getError()).isNull();
    }

    @Test
    void anAcquireThatFailsOrIsGivenUpSaysSo() {
        RoutedConnection one = factory.create().block(LIMIT);
        RoutedConnection two = factory.create().block(LIMIT);
        spans.ended.clear();
        StepVerifier.create(factory.create())
                .expectError(AcquireTimeoutException.class)
                .verify(LIMIT);
        StepVerifier.create(factory.create()).expectSubscription().thenCancel().verify(LIMIT);

        List<Observation.Context> acquires = spans.of(RoutingMeters.ACQUIRE);
        assertThat(acquires)
                .extracting(RoutingObservationsIntegrationTests::outcome)
                .containsExactly(Outcome.TIMEOUT, Outcome.CANCELLED);
        assertThat(node(acquires.get(0))).isEqualTo(database.primary().name());
        assertThat(acquires.get(0).getError()).isInstanceOf(AcquireTimeoutException.class);
        Flux.concat(one.close(), two.close()).blockLast(LIMIT);
    }

    @Test
    void aWaitForATokenThatIsNotReachedIsATimeout() {
        ConsistencyToken never = new ConsistencyToken(factory.state().timeline(), new Lsn(Long.MAX_VALUE));
        factory.read(connection -> Mono.just(connection.node()))
                .contextWrite(Routing.token(never))
                .as(StepVerifier::create)
                .expectNext(database.primary().name())
                .expectComplete()
                .verify(LIMIT);

        Observation.Context span = spans.only(RoutingMeters.TOKEN_WAIT);
        assertThat(outcome(span)).isEqualTo(Outcome.TIMEOUT);
        assertThat(node(span)).isNotEqualTo(database.primary().name());
    }

    @Test
    void aReadThatIsDoneAgainIsASpanOfItsOwn() {
        String suicide = "SELECT CASE WHEN inet_server_port() = " + port()
                + " THEN pg_terminate_backend(pg_backend_pid())::text || pg_sleep(60)::text END WHERE $1::int = 1";
        for (int read = 0; read < 2; read++) {
            factory.read(connection -> run(connection, suicide)).blockLast(LIMIT);
        }

        Observation.Context span = spans.only(RoutingMeters.RETRY);
        assertThat(node(span)).isNotEqualTo(replica);
        assertThat(outcome(span)).isEqualTo(Outcome.OK);
    }

    @Test
    void aReadThatFailsByItselfIsNoFailureOfItsAcquire() {
        StepVerifier.create(factory.read(connection -> run(connection, "SELECT 1 / 0 WHERE $1::int = 1")))
                .expectError(R2dbcException.class)
                .verify(LIMIT);

        assertThat(outcome(spans.only(RoutingMeters.ACQUIRE))).isEqualTo(Outcome.OK);
        assertThat(spans.of(RoutingMeters.RETRY)).isEmpty();
    }

    @Test
    void aHedgeIsASpanOfItsOwn() {
        factory.close().block(LIMIT);
        start(HedgeSettings.after(Duration.ofMillis(200)).withBudget(1, 10));
        String slow = "SELECT CASE WHEN inet_server_port() = " + port() + " THEN pg_sleep(3600) END WHERE $1::int = 1";
        for (int read = 0; read < 2; read++) {
            factory.read(connection -> run(connection, slow)).blockLast(LIMIT);
        }

        assertThat(spans.of(RoutingMeters.HEDGE)).anySatisfy(span -> {
            assertThat(node(span)).isNotEqualTo(replica);
            assertThat(outcome(span)).isEqualTo(Outcome.OK);
        });
    }

    @Test
    void withoutATraceThereAreTimers() {
        factory.close().block(LIMIT);
        MeterRegistry meters = new SimpleMeterRegistry();
        observer = RoutingObservations.timers(meters);
        start(HedgeSettings.OFF);
        factory.write(connection -> run(connection, "SELECT 1")).blockLast(LIMIT);

        Timer timer = meters.get(RoutingMeters.ACQUIRE.meterName())
                .tag("node", database.primary().name())
                .tag("outcome", "ok")
                .timer();
        assertThat(timer.count()).isEqualTo(1);
        assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
    }

    private int port() {
        return database.replicas().get(0).port();
    }

    private static Flux<String> run(RoutedConnection connection, String sql) {
        return Flux.from(
                        sql.contains("$1")
                                ? connection.createStatement(sql).bind(0, 1).execute()
                                : connection.createStatement(sql).execute())
                .flatMap(result -> result.map((row, metadata) -> "row"));
    }

    private static String node(Observation.Context span) {
        return span.getLowCardinalityKeyValue("node").getValue();
    }

    private static Outcome outcome(Observation.Context span) {
        return Outcome.valueOf(
                span.getLowCardinalityKeyValue("outcome").getValue().toUpperCase(Locale.ROOT));
    }

    /** Stands where a tracer would. */
    private static final class Spans implements ObservationHandler<Observation.Context> {

        private final List<Observation.Context> ended = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(Observation.Context context) {
            ended.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        private List<Observation.Context> of(RoutingMeters meter) {
            return ended.stream()
                    .filter(span -> span.getName().equals(meter.meterName()))
                    .toList();
        }

        private Observation.Context only(RoutingMeters meter) {
            assertThat(of(meter)).as(meter.name()).hasSize(1);
            return of(meter).get(0);
        }
    }
}
