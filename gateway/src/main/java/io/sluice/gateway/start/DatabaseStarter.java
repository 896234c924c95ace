package io.sluice.gateway.start;

import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Finds or starts the servers before Spring builds the first bean, and leaves them in the context as {@link Databases}.
 *
 * <p>An initializer and not a bean, because a failure here is the operator's to mend and must not be buried in the
 * log of a context that gives up.
 */
public final class DatabaseStarter implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        DatabaseSettings settings = Binder.get(context.getEnvironment()).bindOrCreate("sluice", DatabaseSettings.class);
        context.getBeanFactory().registerSingleton("databases", start(settings, context));
    }

    private static Databases start(DatabaseSettings settings, ConfigurableApplicationContext context) {
        String primary = settings.primary();
        if (primary != null && !primary.isBlank()) {
            return ExternalServers.check(primary, settings.replicas());
        }
        if (!settings.replicas().isEmpty()) {
            throw new StartupException("SLUICE_REPLICAS is set without SLUICE_PRIMARY; set both, or neither to start"
                    + " an embedded cluster (replicas: " + List.copyOf(settings.replicas()) + ")");
        }
        return EmbeddedServers.start(settings.embedded(), context);
    }
}
