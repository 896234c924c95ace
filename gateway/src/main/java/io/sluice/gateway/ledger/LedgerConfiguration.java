package io.sluice.gateway.ledger;

import io.sluice.gateway.start.DatabaseSettings;
import io.sluice.gateway.start.Databases;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.ledger.LedgerSettings;
import io.sluice.transactions.tx.TransactionTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** The ledger's beans. */
@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    @Bean
    TransactionTemplate transactions(RoutingConnectionFactory connections) {
        return new TransactionTemplate(connections);
    }

    @Bean
    Ledger ledger(RoutingConnectionFactory connections, TransactionTemplate transactions) {
        return new Ledger(connections, transactions, LedgerSettings.DEFAULT);
    }

    @Bean
    LedgerAccess ledgerAccess(Ledger ledger, Databases databases, DatabaseSettings settings) {
        boolean demo = databases.embedded() && settings.embedded().demo();
        return new LedgerAccess(ledger, demo ? DemoAccounts.create(ledger) : Mono.empty());
    }
}
