package io.sluice.routing.autoconfigure;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

/** A Spring Boot application with everything that Boot configures by itself. */
@PostgresTest(replicas = 1)
class RoutingAutoConfigurationIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;

    /** A user's application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Orders orders(DatabaseClient client) {
            return new Orders(client);
        }
    }

    /** A user's service. */
    static class Orders {

        private final DatabaseClient client;

        Orders(DatabaseClient client) {
            this.client = client;
        }

        @Transactional(readOnly = true)
        public Mono<Map<String, Object>> read() {
            return where();
        }

        @Transactional
        public Mono<Map<String, Object>> write() {
            return where();
        }

        Mono<Map<String, Object>> where() {
            return client.sql("SELECT pg_is_in_recovery() AS replica,"
                            + " current_setting('transaction_read_only') AS read_only,"
                            + " now() <> statement_timestamp() AS in_transaction")
                    .fetch()
                    .one();
        }
    }

    @Test
    void readOnlyTransactionsRunOnAReplicaAndTheOthersOnThePrimary() {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("sluice.routing.nodes=" + urls())
                .run(context -> {
                    assertThat(context).hasSingleBean(ConnectionFactory.class);
                    RoutingConnectionFactory factory = context.getBean(RoutingConnectionFactory.class);
                    eventually("all nodes are up", () -> factory.state().nodes().stream()
                            .allMatch(node -> node.state().usable()));

                    Orders orders = context.getBean(Orders.class);
                    assertThat(orders.read().block(LIMIT)).containsAllEntriesOf(on(true));
                    assertThat(orders.write().block(LIMIT)).containsAllEntriesOf(on(false));
                    DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
                    readOnly.setReadOnly(true);
                    TransactionalOperator reading =
                            TransactionalOperator.create(context.getBean(ReactiveTransactionManager.class), readOnly);
                    assertThat(reading.transactional(orders.where()).block(LIMIT))
                            .containsAllEntriesOf(on(true));
                    assertThat(context.getBean(TransactionalOperator.class)
                                    .transactional(orders.where())
                                    .block(LIMIT))
                            .containsAllEntriesOf(on(false));
                    assertThat(factory.state().nodes())
                            .allSatisfy(
                                    node -> assertThat(node.pool().acquired()).isZero());

                    healthTellsOfEachNode(context.getBean("routingHealthIndicator", ReactiveHealthIndicator.class));
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get(RoutingMeters.NODE_PRIMARY.meterName())
                                    .tag("node", database.primary().name())
                                    .gauge()
                                    .value())
                            .isEqualTo(1);
                });
    }

    private void healthTellsOfEachNode(ReactiveHealthIndicator indicator) {
        Health health = Objects.requireNonNull(indicator.health().block(LIMIT));
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("reads", true).containsEntry("writes", true);
        assertThat(health.getDetails().get(database.replicas().get(0).name()))
                .asString()
                .startsWith("{status=UP, role=REPLICA, lagMillis=")
                .endsWith("connections=acquired=0, idle=1, pending=0, max=16}");
    }

    @Test
    void aClusterThatCannotBeReachedIsDown() {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("sluice.routing.nodes=postgresql://u:p@127.0.0.1:1/d")
                .run(context -> {
                    RoutingConnectionFactory factory = context.getBean(RoutingConnectionFactory.class);
                    eventually("it is known to be down", () -> factory.state().nodes().stream()
                            .allMatch(node -> node.state().problem() != null));
                    Health health = Objects.requireNonNull(
                            context.getBean("routingHealthIndicator", ReactiveHealthIndicator.class)
                                    .health()
                                    .block(LIMIT));
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails().get("127.0.0.1:1").toString())
                            .contains("status=DOWN", "problem=");
                });
    }

    private static Map<String, Object> on(boolean replica) {
        return Map.of("replica", replica, "read_only", replica ? "on" : "off", "in_transaction", true);
    }

    private String urls() {
        return database.nodes().stream()
                .map(RoutingAutoConfigurationIntegrationTests::url)
                .collect(Collectors.joining(","));
    }

    private static String url(NodeAddress node) {
        return "postgresql://" + node.user() + ":" + node.password() + "@" + node.host() + ":" + node.port() + "/"
                + node.database();
    }
}
