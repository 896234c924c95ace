package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HedgingTests {

    @Test
    void isOffUnlessAskedFor() {
        assertThat(new Hedging(HedgeSettings.OFF).delay()).isNull();
    }

    @Test
    void waitsForEnoughReadsThenForTheirPercentile() {
        Hedging hedging = new Hedging(HedgeSettings.afterPercentile(0.9));
        for (int millis = 1; millis < 64; millis++) {
            hedging.answered(Duration.ofMillis(millis).toNanos());
            assertThat(hedging.delay()).isNull();
        }
        hedging.answered(Duration.ofMillis(64).toNanos());
        assertThat(hedging.delay()).isEqualTo(Duration.ofMillis(58));
    }

    @Test
    void forgetsWhatIsLongAgo() {
        Hedging hedging = new Hedging(HedgeSettings.afterPercentile(0.9));
        for (int i = 0; i < 1024; i++) {
            hedging.answered(Duration.ofSeconds(10).toNanos());
        }
        for (int i = 0; i < 1024; i++) {
            hedging.answered(Duration.ofMillis(20).toNanos());
        }
        assertThat(hedging.delay()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void neverHedgesBeforeTheShortestDelay() {
        Hedging hedging = new Hedging(HedgeSettings.afterPercentile(0.9));
        for (int i = 0; i < 64; i++) {
            hedging.answered(1);
        }
        assertThat(hedging.delay()).isEqualTo(HedgeSettings.OFF.minDelay());
    }

    @Test
    void neverHedgesMoreThanItsShareOfReads() {
        Hedging hedging = new Hedging(HedgeSettings.after(Duration.ofMillis(1)).withBudget(0.05, 2));
        int hedges = 0;
        for (int read = 0; read < 1000; read++) {
            assertThat(hedging.delay()).isEqualTo(Duration.ofMillis(1));
            if (hedging.allowed()) {
                hedges++;
            }
        }
        assertThat(hedges).isBetween(50, 52);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> HedgeSettings.afterPercentile(95))
                .hasMessage("percentile must be between 0 and 1, was 95.0");
        assertThatThrownBy(() -> HedgeSettings.OFF.withBudget(2, 1))
                .hasMessage("share must be between 0 and 1, was 2.0");
    }
}
