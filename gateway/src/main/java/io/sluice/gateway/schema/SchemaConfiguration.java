package io.sluice.gateway.schema;

import io.sluice.routing.RoutingConnectionFactory;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One schema for the whole gateway. */
@Configuration(proxyBeanMethods = false)
class SchemaConfiguration {

    @Bean
    SchemaCache schemaCache(RoutingConnectionFactory connections) {
        return new SchemaCache(connections, Clock.systemUTC());
    }
}
