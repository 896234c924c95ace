package io.sluice.routing.embedded.junit;

import io.sluice.routing.embedded.ClusterProvider;
import io.sluice.routing.embedded.EmbeddedCluster;
import io.sluice.routing.embedded.EmbeddedClusterBuilder;
import io.sluice.routing.embedded.PostgresCluster;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Starts clusters of the kind that the system property {@code sluice.test.cluster} names, embedded ones by default. */
final class Clusters {

    private static final String PROPERTY = "sluice.test.cluster";
    private static final String EMBEDDED = "embedded";

    private Clusters() {}

    static PostgresCluster start(int replicas, boolean relays, String... settings) {
        String kind = System.getProperty(PROPERTY, EMBEDDED);
        Map<String, String> byName = byName(settings);
        if (kind.equals(EMBEDDED)) {
            EmbeddedClusterBuilder builder = EmbeddedCluster.builder().replicas(replicas);
            byName.forEach(builder::setting);
            return (relays ? builder.withRelays() : builder).start();
        }
        return ServiceLoader.load(ClusterProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(kind))
                .findFirst()
                .orElseThrow(() -> new ExtensionConfigurationException(
                        "-D" + PROPERTY + "=" + kind + ": no ClusterProvider of that name on the class path"))
                .start(replicas, relays, byName);
    }

    private static Map<String, String> byName(String... settings) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ExtensionConfigurationException("'" + setting + "' is not name=value");
            }
            byName.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return byName;
    }
}
