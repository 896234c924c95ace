package io.sluice.routing.autoconfigure;

import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.topology.HostResolver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * A {@link RoutingConnectionFactory} from {@code sluice.routing.*}, unless there is a {@link ConnectionFactory} bean.
 */
@AutoConfiguration(beforeName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@ConditionalOnBooleanProperty(name = "sluice.routing.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RoutingProperties.class)
public final class RoutingAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(ConnectionFactory.class)
    RoutingConnectionFactory routingConnectionFactory(
            RoutingProperties properties,
            ObjectProvider<LoadBalancer> balancer,
            ObjectProvider<RoutingObserver> observer,
            ObjectProvider<HostResolver> resolver,
            ObjectProvider<RoutingBuilderCustomizer> customizers) {
        RoutingConnectionFactoryBuilder builder = new RoutingSettings(properties).builder(balancer.getIfUnique());
        observer.ifUnique(builder::observer);
        resolver.ifUnique(builder::resolver);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return RoutingSettings.build(builder);
    }
}
