package io.sluice.routing.pool;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.client.SSLMode;
import java.util.HashMap;
import java.util.Map;

/** The options of a node's URL, in libpq's spelling, as the driver wants them. */
final class DriverOptions {

    private DriverOptions() {}

    static PostgresqlConnectionConfiguration.Builder apply(
            PostgresqlConnectionConfiguration.Builder driver, Map<String, String> options) {
        Map<String, String> parameters = new HashMap<>();
        options.forEach((name, value) -> {
            switch (name) {
                case "sslmode" -> driver.sslMode(SSLMode.fromValue(value));
                case "sslrootcert" -> driver.sslRootCert(value);
                case "sslcert" -> driver.sslCert(value);
                case "sslkey" -> driver.sslKey(value);
                case "application_name" -> driver.applicationName(value);
                default -> parameters.put(name, value);
            }
        });
        return parameters.isEmpty() ? driver : driver.options(parameters);
    }
}
