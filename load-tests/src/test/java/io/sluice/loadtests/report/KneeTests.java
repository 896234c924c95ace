package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.loadtests.report.Knee.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class KneeTests {

    @Test
    void theKneeIsTheLastLevelThatIsAnswered() {
        Knee knee = Knee.of(List.of(level(100, 100, 0, 5), level(200, 198, 0, 6), level(400, 290, 0, 40)));

        assertThat(knee.knee()).isEqualTo(level(200, 198, 0, 6));
        assertThat(knee.broken()).isEqualTo(level(400, 290, 0, 40));
        assertThat(knee.reason()).isEqualTo("290 of 400 a second were answered");
        assertThat(knee.summary()).contains("198 journeys/s", "400/s offered");
    }

    @Test
    void failuresBreakALevelAlthoughItIsAnswered() {
        assertThat(Knee.of(List.of(level(100, 100, 0, 5), level(200, 199, 1, 5)))
                        .reason())
                .contains("failed");
    }

    @Test
    void aLevelMuchSlowerThanTheFirstIsBroken() {
        assertThat(Knee.of(List.of(level(100, 100, 0, 10), level(200, 200, 0, 101)))
                        .reason())
                .contains("p99");
        assertThat(Knee.of(List.of(level(100, 100, 0, 1), level(200, 200, 0, 49)))
                        .reason())
                .as("49 ms is not slow, however fast the first level was")
                .isNull();
    }

    @Test
    void aLevelBehindABrokenOneDoesNotCount() {
        Knee knee = Knee.of(List.of(level(100, 100, 0, 5), level(200, 10, 0, 5), level(300, 300, 0, 5)));

        assertThat(knee.knee()).isEqualTo(level(100, 100, 0, 5));
    }

    @Test
    void whenAllHoldTheKneeIsAboveWhatWasOffered() {
        Knee knee = Knee.of(List.of(level(100, 100, 0, 5)));

        assertThat(knee.broken()).isNull();
        assertThat(knee.summary()).contains("no knee up to 100");
    }

    @Test
    void whenNoneHoldsThereIsNoKnee() {
        Knee knee = Knee.of(List.of(level(100, 10, 0, 5)));

        assertThat(knee.knee()).isNull();
        assertThat(knee.summary()).contains("start lower");
    }

    private static Level level(double offered, long rate, long failed, long p99Millis) {
        return new Level(offered, new Timeline.Span(0, 1, rate, failed, 1_000, p99Millis * 1_000, p99Millis * 1_000));
    }
}
