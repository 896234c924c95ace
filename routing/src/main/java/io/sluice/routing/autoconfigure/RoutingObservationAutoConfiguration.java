package io.sluice.routing.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.sluice.routing.micrometer.RoutingObservations;
import io.sluice.routing.observe.RoutingObserver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Timers and spans; {@code management.observations.enable.routing=false} leaves them out. */
@AutoConfiguration(
        before = RoutingAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public final class RoutingObservationAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(RoutingObserver.class)
    RoutingObservations routingObservations(ObservationRegistry registry) {
        return new RoutingObservations(registry);
    }
}
