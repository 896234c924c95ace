package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTests {

    private long now = Duration.ofDays(-3).toNanos();
    private final Breaker breaker = new Breaker(BreakerSettings.DEFAULTS, () -> 0, now);

    @Test
    void fiveFailuresInARowEject() {
        fail(4);
        assertThat(breaker.allows(now)).isTrue();
        assertThat(breaker.failed(now)).isEqualTo(Duration.ofSeconds(5));
        assertThat(breaker.allows(now)).isFalse();
    }

    @Test
    void aSuccessBetweenStartsTheCountAnew() {
        fail(4);
        breaker.succeeded(now);
        fail(4);
        assertThat(breaker.allows(now)).isTrue();
    }

    @Test
    void tooManyFailuresAmongSuccessesEjectToo() {
        for (int i = 0; i < 16; i++) {
            breaker.succeeded(now);
            if (i % 4 == 0) {
                breaker.failed(now);
            }
        }
        assertThat(breaker.allows(now)).isTrue();
        breaker.failed(now);
        assertThat(breaker.allows(now)).isFalse();
    }

    @Test
    void whatHasLeftTheWindowDoesNotCount() {
        for (int i = 0; i < 40; i++) {
            breaker.succeeded(now);
            if (i % 6 == 0) {
                breaker.failed(now);
            }
        }
        pass(Duration.ofSeconds(11));
        fail(4);
        assertThat(breaker.allows(now)).isTrue();
    }

    @Test
    void afterTheEjectionOneProbeDecides() {
        fail(5);
        pass(Duration.ofSeconds(5));
        assertThat(breaker.allows(now)).isTrue();
        breaker.chosen(now);
        assertThat(breaker.allows(now)).isFalse();

        assertThat(breaker.succeeded(now)).isTrue();
        assertThat(breaker.allows(now)).isTrue();
        assertThat(breaker.succeeded(now)).isFalse();
    }

    @Test
    void aFailedProbeEjectsForLonger() {
        fail(5);
        pass(Duration.ofSeconds(5));
        breaker.chosen(now);
        assertThat(breaker.failed(now)).isEqualTo(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        breaker.chosen(now);
        assertThat(breaker.failed(now)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void anotherProbeIsAllowedWhereTheFirstWasNeverHeardOfAgain() {
        fail(5);
        pass(Duration.ofSeconds(5));
        breaker.chosen(now);
        pass(Duration.ofSeconds(5));
        assertThat(breaker.allows(now)).isTrue();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
