package io.sluice.routing.spring;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

/** Where Spring's transactions run. */
@PostgresTest(replicas = 1)
class RoutingTransactionManagerIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String WHERE =
            "SELECT pg_is_in_recovery() AS replica," + " current_setting('transaction_read_only') AS read_only";

    private TestDatabase database;
    private RoutingConnectionFactory factory;
    private DatabaseClient client;
    private RoutingTransactionManager manager;

    @BeforeEach
    void open() {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder();
        database.nodes().forEach(builder::node);
        factory = builder.build();
        client = DatabaseClient.create(factory);
        manager = new RoutingTransactionManager(factory);
        eventually("all nodes are up", () -> factory.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() {
        assertThat(factory.state().nodes())
                .allSatisfy(node -> assertThat(node.pool().acquired()).isZero());
        factory.close().block(LIMIT);
    }

    @Test
    void aReadOnlyTransactionRunsOnAReplicaAndIsOne() {
        Map<String, Object> row = transaction(true).transactional(where()).block(LIMIT);

        assertThat(row).containsEntry("replica", true).containsEntry("read_only", "on");
    }

    @Test
    void anyOtherTransactionRunsOnThePrimary() {
        Map<String, Object> row = transaction(false).transactional(where()).block(LIMIT);

        assertThat(row).containsEntry("replica", false).containsEntry("read_only", "off");
    }

    @Test
    void withoutATransactionStatementsGoToThePrimary() {
        assertThat(where().block(LIMIT)).containsEntry("replica", false);
    }

    private Mono<Map<String, Object>> where() {
        return client.sql(WHERE).fetch().one();
    }

    private TransactionalOperator transaction(boolean readOnly) {
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setReadOnly(readOnly);
        return TransactionalOperator.create(manager, definition);
    }
}
