package io.sluice.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.loadtests.data.Pairs;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadConfigTests {

    @Test
    void nothingSetMeansAShortClosedRunAgainstLocalhost() {
        LoadConfig config = LoadConfig.of(name -> null);

        assertThat(config.url()).isEqualTo(URI.create("http://localhost:8080"));
        assertThat(config.token()).isNull();
        assertThat(config.rate()).isNull();
        assertThat(config.users()).isEqualTo(16);
        assertThat(config.duration()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.limits().errorPercent()).isZero();
        assertThat(config.limits().p99()).isNull();
        assertThat(config.mixOr(LoadConfig.DAY).percents()).hasSize(Flow.values().length);
    }

    @Test
    void readsEverySetting() {
        LoadConfig config = LoadConfig.of(settings(
                "load.url", "https://db.example.com/api/",
                "load.token", "abc",
                "load.users", "3",
                "load.rate", "12.5",
                "load.duration", "2m",
                "load.ramp", "0",
                "load.mix", "points=1",
                "load.accounts", "10",
                "load.spread", "Hot",
                "load.errors", "0.5",
                "load.p99.ms", "250")::get);

        assertThat(config.url()).isEqualTo(URI.create("https://db.example.com/api"));
        assertThat(config.token()).isEqualTo("abc");
        assertThat(config.users()).isEqualTo(3);
        assertThat(config.rate()).isEqualTo(12.5);
        assertThat(config.duration()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.ramp()).isZero();
        assertThat(config.mixOr(LoadConfig.DAY)).isEqualTo(Mix.only(Flow.POINTS));
        assertThat(config.spread()).isEqualTo(Pairs.Spread.HOT);
        assertThat(config.sizes().accounts()).isEqualTo(10);
        assertThat(config.limits()).isEqualTo(new LoadConfig.Limits(0.5, Duration.ofMillis(250)));
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "30s, PT30S", "30, PT30S", "5m, PT5M", "2 h, PT2H"})
    void readsDurations(String text, Duration expected) {
        assertThat(LoadConfig.of(Map.of("load.duration", text)::get).duration()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "load.url, localhost:8080",
        "load.url, ftp://localhost",
        "load.url, http://",
        "load.url, http://a b",
        "load.users, 0",
        "load.users, 1.5",
        "load.users, many",
        "load.rate, 0",
        "load.rate, NaN",
        "load.duration, 5 days",
        "load.duration, -1s",
        "load.accounts, 1",
        "load.errors, 101",
        "load.p99.ms, -5",
        "load.spread, wide",
        "load.levels.factor, 1",
        "load.levels, 0",
        "load.spike.factor, 0.5"
    })
    void namesTheSettingThatCannotBeUsed(String name, String value) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> LoadConfig.of(Map.of(name, value)::get))
                .withMessageContaining("-D" + name + "=" + value)
                .withMessageContaining(Settings.environmentName(name));
    }

    @Test
    void anEmptyVariableMeansTheDefault() {
        assertThat(LoadConfig.of(Map.of("load.token", " ", "load.rate", "")::get))
                .isEqualTo(LoadConfig.of(name -> null));
    }

    private static Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }
}
