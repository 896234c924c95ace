package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.SchemaCache;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Reads the settings of {@code /ingest/v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestSettings.class)
class IngestConfiguration {

    @Bean
    IngestHandler ingestHandler(
            RoutingConnectionFactory routing, SchemaCache schemas, IngestSettings settings, Environment environment) {
        return new IngestHandler(routing, schemas, settings, defaultSchema(environment));
    }

    /** The schema that the REST side shows first. */
    private static String defaultSchema(Environment environment) {
        return Binder.get(environment)
                .bind("sluice.rest.schemas", Bindable.listOf(String.class))
                .orElse(List.of("public"))
                .get(0);
    }
}
