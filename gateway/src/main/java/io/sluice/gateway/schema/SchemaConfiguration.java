package io.sluice.gateway.schema;

import io.sluice.gateway.start.Databases;
import io.sluice.routing.RoutingConnectionFactory;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One schema for the whole gateway. */
@Configuration(proxyBeanMethods = false)
class SchemaConfiguration {

    @Bean
    SchemaCache schemaCache(RoutingConnectionFactory connections) {
        return new SchemaCache(connections, Clock.systemUTC());
    }

    /** {@code sluice.rest.channel} is where {@code NOTIFY} asks for a new reading of the schema. */
    @Bean
    SchemaListener schemaListener(
            SchemaCache schemas,
            RoutingConnectionFactory connections,
            Databases databases,
            @Value("${sluice.rest.channel:pgrst}") String channel) {
        return new SchemaListener(schemas, connections, databases, channel);
    }
}
