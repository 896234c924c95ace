package io.sluice.gateway;

import io.sluice.gateway.start.DatabaseSettings;
import io.sluice.gateway.start.Databases;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.resources.LoopResources;

/** What the features share: the way to the servers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class GatewayConfiguration {

    @Bean(destroyMethod = "close")
    RoutingConnectionFactory routing(Databases databases, DatabaseSettings settings, LoopResources loops) {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder()
                .maxSize(settings.pool().maxSize())
                .acquireTimeout(settings.pool().acquireTimeout())
                .loops(loops)
                // Not this JVM's zone: two gateways must not answer the same row differently.
                .driver(driver -> driver.timeZone("UTC"));
        databases.all().forEach(builder::node);
        return builder.build();
    }
}
