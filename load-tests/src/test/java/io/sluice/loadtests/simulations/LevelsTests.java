package io.sluice.loadtests.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.loadtests.report.Knee;
import io.sluice.loadtests.report.Timeline;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LevelsTests {

    private final Levels levels = new Levels(100, 2, 3, 4);

    @Test
    void ratesGrowByTheFactor() {
        assertThat(levels.rates()).containsExactly(100.0, 200.0, 400.0);
        assertThat(List.of(levels.levelAt(0), levels.levelAt(3), levels.levelAt(4), levels.levelAt(99)))
                .containsExactly(0, 0, 1, 2);
    }

    @Test
    void aLevelIsMeasuredWithoutItsFirstQuarterAndOnlyWhenItIsOver() {
        AtomicLong clock = new AtomicLong();
        Timeline timeline = new Timeline(clock::get);
        for (int second = 0; second < 8; second++) {
            for (int journey = 0; journey < second + 1; journey++) {
                timeline.end(timeline.begin(), "points", false);
            }
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }

        List<Knee.Level> reached = levels.reached(timeline, 7);

        assertThat(reached).hasSize(1);
        assertThat(reached.get(0).reached().ok()).isEqualTo(2 + 3 + 4);
        assertThat(levels.reached(timeline, 8).get(1).reached().rate()).isEqualTo((6 + 7 + 8) / 3.0);
    }
}
