package io.sluice.gateway.rest;

import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.security.Authentication;
import io.sluice.gateway.stream.JsonColumns;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the settings of {@code /rest/v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RestSettings.class)
class RestConfiguration {

    @Bean
    Authentication authentication(RestSettings settings) {
        return new Authentication(settings.tokens(), settings.anonRole(), Clock.systemUTC());
    }

    @Bean
    SqlRenderer sqlRenderer() {
        return new SqlRenderer(JsonColumns::direct);
    }
}
