package io.sluice.transactions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.spring.RoutingTransactionManager;
import io.sluice.transactions.tx.Isolation;
import io.sluice.transactions.tx.NestedTransactionException;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The template and Spring's transactions on the same connections: one transaction, whoever began it. */
@PostgresTest(replicas = 1)
class SpringTransactionsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TxSpec SERIALIZABLE = TxSpec.DEFAULT.withIsolation(Isolation.SERIALIZABLE);

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private TransactionTemplate transactions;
    private DatabaseClient client;
    private AnnotationConfigApplicationContext context;

    @BeforeEach
    void open() {
        database.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (text text)");
        connections =
                RoutingConnectionFactory.builder().node(database.primary()).build();
        transactions = new TransactionTemplate(connections).joining(new SpringTransactions());
        client = DatabaseClient.create(connections);
        context = new AnnotationConfigApplicationContext();
        context.registerBean(ConnectionFactory.class, () -> connections);
        context.registerBean(ReactiveTransactionManager.class, () -> new RoutingTransactionManager(connections));
        context.registerBean(Notes.class, () -> new Notes(client, transactions));
        context.register(Annotations.class);
        context.refresh();
    }

    @AfterEach
    void close() {
        context.close();
        assertThat(connections.state().nodes())
                .allSatisfy(node -> assertThat(node.pool().acquired()).isZero());
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Annotations {}

    /** A service as an application has it. */
    static class Notes {

        private final DatabaseClient client;
        private final TransactionTemplate transactions;

        Notes(DatabaseClient client, TransactionTemplate transactions) {
            this.client = client;
            this.transactions = transactions;
        }

        @Transactional
        public Mono<Void> both(TxSpec spec) {
            return insertBySpring().then(insertByTemplate(spec));
        }

        @Transactional
        public Mono<Void> bothThenFail() {
            return both(TxSpec.DEFAULT).then(Mono.error(new IllegalStateException("changed my mind")));
        }

        @Transactional(isolation = org.springframework.transaction.annotation.Isolation.SERIALIZABLE)
        public Mono<Void> bothSerializable(TxSpec spec) {
            return both(spec);
        }

        @Transactional(readOnly = true)
        public Mono<Void> writeInsideReadOnly() {
            return insertByTemplate(TxSpec.DEFAULT);
        }

        Mono<Void> insertBySpring() {
            return client.sql("INSERT INTO notes VALUES ('spring ' || pg_current_xact_id())")
                    .then();
        }

        Mono<Void> insertByTemplate(TxSpec spec) {
            return transactions.execute(spec, Notes::insert).then();
        }

        static Mono<Long> insert(RoutedConnection connection) {
            return Flux.from(connection
                            .createStatement("INSERT INTO notes VALUES ('template ' || pg_current_xact_id())")
                            .execute())
                    .concatMap(result -> result.getRowsUpdated())
                    .single();
        }
    }

    private Notes notes() {
        return context.getBean(Notes.class);
    }

    private String rows() {
        return String.valueOf(database.value("SELECT count(*) || ' in ' || count(DISTINCT split_part(text, ' ', 2))"
                + " || ' transactions' FROM notes"));
    }

    @Test
    void whatIsDoneInsideTransactionalIsOneTransaction() {
        notes().both(TxSpec.DEFAULT).as(StepVerifier::create).expectComplete().verify(LIMIT);

        assertThat(rows()).isEqualTo("2 in 1 transactions");
    }

    @Test
    void itIsRolledBackAsAWhole() {
        notes().bothThenFail()
                .as(StepVerifier::create)
                .expectErrorMessage("changed my mind")
                .verify(LIMIT);

        assertThat(rows()).isEqualTo("0 in 0 transactions");
    }

    @Test
    void aTransactionalOperatorIsJoinedToo() {
        TransactionalOperator operator =
                TransactionalOperator.create(context.getBean(ReactiveTransactionManager.class));
        notes().insertBySpring()
                .then(notes().insertByTemplate(TxSpec.DEFAULT))
                .as(operator::transactional)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(rows()).isEqualTo("2 in 1 transactions");
    }

    @Test
    void aStrongerIsolationInsideIsRefusedAndNotIgnored() {
        notes().both(SERIALIZABLE)
                .as(StepVerifier::create)
                .expectError(NestedTransactionException.class)
                .verify(LIMIT);
        assertThat(rows()).isEqualTo("0 in 0 transactions");

        notes().bothSerializable(SERIALIZABLE)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(rows()).isEqualTo("2 in 1 transactions");
    }

    @Test
    void writingInsideAReadOnlyTransactionIsRefused() {
        notes().writeInsideReadOnly()
                .as(StepVerifier::create)
                .expectError(NestedTransactionException.class)
                .verify(LIMIT);
    }

    @Test
    void withoutATransactionAroundItTheTemplateBeginsItsOwn() {
        notes().insertBySpring()
                .then(notes().insertByTemplate(SERIALIZABLE))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(rows()).isEqualTo("2 in 2 transactions");
    }
}
