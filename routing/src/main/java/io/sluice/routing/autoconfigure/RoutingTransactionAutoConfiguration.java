package io.sluice.routing.autoconfigure;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.spring.RoutingTransactionManager;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.TransactionManager;

/** Read-only transactions on replicas; Boot's own transaction manager would take every one of them to the primary. */
@AutoConfiguration(
        after = RoutingAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnClass(R2dbcTransactionManager.class)
@ConditionalOnBean(RoutingConnectionFactory.class)
public final class RoutingTransactionAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(TransactionManager.class)
    RoutingTransactionManager routingTransactionManager(RoutingConnectionFactory connections) {
        return new RoutingTransactionManager(connections);
    }
}
