package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.SchemaCache;
import io.sluice.routing.RoutingConnectionFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestSettings.class)
class IngestConfiguration {

    @Bean
    IngestHandler ingestHandler(RoutingConnectionFactory routing, SchemaCache schemas, IngestSettings settings) {
        return new IngestHandler(routing, schemas, settings, "public");
    }
}
