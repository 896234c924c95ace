package io.sluice.routing.autoconfigure;

import io.sluice.routing.RoutingConnectionFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health of the cluster as {@code routing}; {@code management.health.routing.enabled=false} leaves it out. */
@AutoConfiguration(after = RoutingAutoConfiguration.class)
@ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(RoutingConnectionFactory.class)
@ConditionalOnEnabledHealthIndicator("routing")
public final class RoutingHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "routingHealthIndicator")
    ReactiveHealthIndicator routingHealthIndicator(RoutingConnectionFactory connections) {
        return new RoutingHealthIndicator(connections);
    }
}
