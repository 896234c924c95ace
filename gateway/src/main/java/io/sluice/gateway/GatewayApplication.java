package io.sluice.gateway;

import io.sluice.gateway.start.DatabaseStarter;
import io.sluice.gateway.start.StartupException;
import io.sluice.routing.autoconfigure.RoutingAutoConfiguration;
import io.sluice.routing.autoconfigure.RoutingHealthAutoConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the gateway. */
@SpringBootApplication(
        proxyBeanMethods = false,
        // The gateway's own properties make the router, and its own indicator tells its health.
        exclude = {RoutingAutoConfiguration.class, RoutingHealthAutoConfiguration.class})
public class GatewayApplication {

    public static void main(String[] arguments) {
        try {
            start(arguments);
        } catch (RuntimeException e) {
            // Already reported, in one line or with its stack trace.
            System.exit(1);
        }
    }

    /**
     * Starts a gateway in this JVM and returns when it answers.
     *
     * @param arguments Spring Boot's, such as {@code --server.port=0 --sluice.primary=postgresql://...}
     * @throws StartupException (as such or as a cause) where the operator has to mend something first
     */
    public static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.addInitializers(new DatabaseStarter());
        return application.run(arguments);
    }
}
