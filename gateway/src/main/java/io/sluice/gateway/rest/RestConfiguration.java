package io.sluice.gateway.rest;

import io.sluice.gateway.diagnose.OneByOne;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.security.Authentication;
import io.sluice.gateway.stream.JsonColumns;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;

/** Reads the settings of {@code /rest/v1}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RestSettings.class)
class RestConfiguration {

    private static final List<String> EXPOSED = List.of(
            "Content-Encoding",
            "Content-Location",
            "Content-Range",
            "Content-Type",
            "Date",
            "ETag",
            "Idempotency-Replayed",
            "Link",
            "Location",
            "Preference-Applied",
            "Retry-After",
            "Sluice-Advice",
            "Sluice-Consistency-Token",
            "Sluice-Node",
            "Sluice-Rows");

    @Bean
    Authentication authentication(RestSettings settings) {
        return new Authentication(settings.tokens(), settings.anonRole(), Clock.systemUTC());
    }

    /** Lets pages of other origins use the API and read its headers. */
    @Bean
    CorsWebFilter cors(RestSettings settings) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(settings.corsAllowedOrigins());
        cors.setAllowedMethods(List.of("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "QUERY"));
        cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        cors.setExposedHeaders(EXPOSED);
        cors.setMaxAge(Duration.ofDays(1));
        return new CorsWebFilter(exchange -> cors);
    }

    @Bean
    OneByOne oneByOne(RestSettings settings) {
        return new OneByOne(settings.adviseAfter(), Clock.systemUTC());
    }

    @Bean
    SqlRenderer sqlRenderer() {
        return new SqlRenderer(JsonColumns::direct);
    }
}
