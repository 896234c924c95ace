package io.sluice.routing.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.micrometer.RoutingMetrics;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The router's meters; Boot binds them to every registry. */
@AutoConfiguration(after = RoutingAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(RoutingConnectionFactory.class)
public final class RoutingMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RoutingMetrics routingMetrics(RoutingConnectionFactory connections) {
        return new RoutingMetrics(connections);
    }
}
