package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DriftTests {

    @Test
    void aSteadyRunIsAccepted() {
        assertThat(new Drift(span(1_000, 20), span(950, 30)).objection()).isNull();
    }

    @Test
    void fewerAnswersAtTheEndAreNot() {
        assertThat(new Drift(span(1_000, 20), span(790, 20)).objection()).contains("80 %");
    }

    @Test
    void slowerAnswersAtTheEndAreNot() {
        assertThat(new Drift(span(1_000, 40), span(1_000, 81)).objection()).contains("twice as slow");
        assertThat(new Drift(span(1_000, 1), span(1_000, 49)).objection())
                .as("49 ms is not slow, however fast the start was")
                .isNull();
    }

    @Test
    void comparesQuartersWithoutTheStart() {
        Timeline timeline = new Timeline(() -> 0);

        Drift drift = Drift.of(timeline, 5, 45);

        assertThat(drift.first().from()).isEqualTo(5);
        assertThat(drift.first().to()).isEqualTo(15);
        assertThat(drift.last().from()).isEqualTo(35);
        assertThat(drift.last().to()).isEqualTo(45);
    }

    private static Timeline.Span span(long rate, long p99Millis) {
        return new Timeline.Span(0, 1, rate, 0, 1_000, p99Millis * 1_000, p99Millis * 1_000);
    }
}
