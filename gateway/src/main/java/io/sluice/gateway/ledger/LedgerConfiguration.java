package io.sluice.gateway.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.start.DatabaseSettings;
import io.sluice.gateway.start.Databases;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.transactions.ledger.AccountWatch;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.tx.TransactionTemplate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The ledger's beans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LedgerProperties.class)
class LedgerConfiguration {

    @Bean
    TransactionTemplate transactions(RoutingConnectionFactory connections, MeterRegistry meters) {
        return new TransactionTemplate(connections, new TransactionMeters(meters), Schedulers.parallel());
    }

    @Bean
    Ledger ledger(
            RoutingConnectionFactory connections,
            TransactionTemplate transactions,
            LedgerProperties properties,
            MeterRegistry meters) {
        Ledger ledger = new Ledger(connections, transactions, properties.settings(), new LedgerMeters(meters));
        Gauge.builder("sluice.ledger.waiting", ledger, Ledger::waiting)
                .description("Transfers that wait for their batch to begin")
                .register(meters);
        return ledger;
    }

    @Bean
    AccountWatch accountWatch(RoutingConnectionFactory connections, LedgerProperties properties, MeterRegistry meters) {
        AccountWatch watch = new AccountWatch(connections, properties.watching(), Schedulers.parallel());
        Gauge.builder("sluice.ledger.watched", watch, AccountWatch::watched)
                .description("Accounts that clients watch; one that two watch counts twice")
                .register(meters);
        return watch;
    }

    @Bean
    LedgerAccess ledgerAccess(Ledger ledger, AccountWatch watch, Databases databases, DatabaseSettings settings) {
        boolean demo = databases.embedded() && settings.embedded().demo();
        return new LedgerAccess(ledger, watch, demo ? DemoAccounts.create(ledger) : Mono.empty());
    }
}
