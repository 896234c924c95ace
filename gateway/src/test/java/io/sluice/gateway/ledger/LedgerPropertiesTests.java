package io.sluice.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.idempotency.IdempotencySettings;
import io.sluice.transactions.ledger.LedgerSettings;
import io.sluice.transactions.ledger.WatchSettings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LedgerPropertiesTests {

    @Test
    void defaultsAreThoseOfTheLedger() {
        assertThat(bound(Map.of()).settings()).isEqualTo(LedgerSettings.DEFAULT);
        assertThat(bound(Map.of()).watching()).isEqualTo(WatchSettings.DEFAULT);
    }

    @Test
    void everySettingReachesTheLedger() {
        LedgerSettings settings = bound(Map.of(
                        "sluice.ledger.batch-max", "7",
                        "sluice.ledger.queue-max", "70",
                        "sluice.ledger.queue-age-max", "3s",
                        "sluice.ledger.deadline", "4s",
                        "sluice.ledger.lock-timeout", "250ms",
                        "sluice.ledger.expiry-interval", "1m"))
                .settings();
        assertThat(settings)
                .isEqualTo(new LedgerSettings(
                        7,
                        70,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofMillis(250),
                        Duration.ofMinutes(1)));
    }

    @Test
    void settingsOfTheWatchReachIt() {
        assertThat(bound(Map.of("sluice.ledger.watch-max", "7", "sluice.ledger.watch-interval", "1s"))
                        .watching())
                .isEqualTo(new WatchSettings(7, Duration.ofSeconds(1), WatchSettings.DEFAULT.staleMax()));
    }

    @Test
    void metadataHasEverySettingAndItsDefault() throws Exception {
        Map<String, String> described = new TreeMap<>();
        JsonNode metadata = JsonMapper.shared()
                .readTree(new ClassPathResource("META-INF/spring-configuration-metadata.json").getContentAsByteArray());
        metadata.path("properties")
                .forEach(property -> described.put(
                        property.path("name").stringValue(),
                        property.path("defaultValue").asString("")));
        Map<String, String> declared = new TreeMap<>();
        declare("sluice.ledger.", LedgerProperties.class, declared);
        declare("sluice.idempotency.", IdempotencySettings.class, declared);
        assertThat(described).isEqualTo(declared);
    }

    private static void declare(String prefix, Class<?> type, Map<String, String> declared) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            // The annotation is on the parameter of the constructor.
            String[] value = defaultOf(type, component.getName());
            declared.put(prefix + name, String.join(",", value));
        }
    }

    private static String[] defaultOf(Class<?> type, String name) {
        for (var parameter : type.getDeclaredConstructors()[0].getParameters()) {
            if (parameter.getName().equals(name)) {
                return parameter.getAnnotation(DefaultValue.class).value();
            }
        }
        throw new AssertionError("no parameter " + name);
    }

    private static LedgerProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("sluice.ledger", LedgerProperties.class);
    }
}
