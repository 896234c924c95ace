package io.sluice.routing.examples;

import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.spring.RoutingTransactionManager;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.r2dbc.config.AbstractR2dbcConfiguration;
import org.springframework.data.r2dbc.repository.R2dbcRepository;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Data R2DBC: a repository, and transactions where Spring applies them: around the methods of a bean. */
class SpringDataNotes implements Notes {

    @Configuration
    @EnableTransactionManagement
    @EnableR2dbcRepositories(considerNestedRepositories = true)
    static class Config extends AbstractR2dbcConfiguration {

        private final RoutingConnectionFactory db;

        Config(RoutingConnectionFactory db) {
            this.db = db;
        }

        @Override
        public ConnectionFactory connectionFactory() {
            return db;
        }

        @Bean
        RoutingTransactionManager transactionManager() {
            return new RoutingTransactionManager(db);
        }

        @Bean
        SpringDataNotes notes(Repository repository, RoutingTransactionManager transactions) {
            return new SpringDataNotes(repository, TransactionalOperator.create(transactions), db);
        }
    }

    interface Repository extends R2dbcRepository<Note, Long> {

        Flux<Note> findTop10ByOrderByIdDesc();
    }

    private final Repository repository;
    private final TransactionalOperator transactions;
    private final RoutingConnectionFactory db;

    SpringDataNotes(Repository repository, TransactionalOperator transactions, RoutingConnectionFactory db) {
        this.repository = repository;
        this.transactions = transactions;
        this.db = db;
    }

    @Override
    public Mono<Saved> save(List<String> texts) {
        return repository
                .saveAll(texts.stream().map(Note::of).toList())
                .map(Note::id)
                .collectList()
                .as(transactions::transactional)
                .zipWhen(ids -> db.write(RoutedConnection::token).single(), Saved::new);
    }

    @Override
    @Transactional(readOnly = true)
    public Flux<Note> latest() {
        return repository.findTop10ByOrderByIdDesc();
    }

    @Override
    @Transactional(readOnly = true)
    public Mono<Note> find(long id) {
        return repository.findById(id);
    }
}
