package io.sluice.routing.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What editors show, and what Boot finds by itself. Needs a build with annotation processing. */
class ConfigurationMetadataTests {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    static Stream<String> components() {
        return Stream.of(RoutingProperties.class.getRecordComponents())
                .flatMap(component -> component.getType().isRecord()
                        ? Stream.of(component.getType().getRecordComponents())
                                .map(inner -> component.getName() + "." + inner.getName())
                        : Stream.of(component.getName()));
    }

    @ParameterizedTest
    @MethodSource("components")
    void everyPropertyIsDescribed(String component) throws IOException {
        String name = dashed(component);
        String metadata = resource(METADATA);
        int entry = metadata.indexOf("\"name\": \"sluice.routing." + name + "\"");
        assertThat(entry).as(name).isPositive();
        assertThat(metadata.substring(entry, metadata.indexOf('}', entry))).contains("\"description\"");
    }

    @Test
    void bootFindsEveryConfiguration() throws IOException {
        assertThat(resource("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")
                        .lines())
                .containsExactlyInAnyOrder(
                        RoutingAutoConfiguration.class.getName(),
                        RoutingHealthAutoConfiguration.class.getName(),
                        RoutingMetricsAutoConfiguration.class.getName(),
                        RoutingObservationAutoConfiguration.class.getName(),
                        RoutingTransactionAutoConfiguration.class.getName());
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** From this module's classes: others have files of these names, too. */
    private static String resource(String path) throws IOException {
        URL ours = RoutingProperties.class.getProtectionDomain().getCodeSource().getLocation();
        Path file = Path.of(URI.create(ours.toString())).resolve(path);
        assertThat(file)
                .as("is made by the build unless it runs with -proc:none")
                .exists();
        return Files.readString(file);
    }
}
