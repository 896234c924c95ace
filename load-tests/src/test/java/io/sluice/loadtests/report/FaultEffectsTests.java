package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FaultEffectsTests {

    private final AtomicLong clock = new AtomicLong();
    private final Timeline timeline = new Timeline(clock::get);

    @Test
    void countsBetweenAMarkAndTheNext() {
        second(5, 0);
        second(5, 0);
        second(0, 3);
        second(0, 2);
        second(4, 1);
        second(5, 0);

        assertThat(FaultEffects.of(timeline, List.of(new Mark(2, "kill primary"), new Mark(5, "start primary")), 6))
                .containsExactly(
                        "2 s kill primary: 4 answers, 6 failed (points 6), p99 0 ms, nothing answered for 2 s",
                        "5 s start primary: 5 answers, 0 failed, p99 0 ms");
    }

    @Test
    void twoMarksInOneSecondShareIt() {
        second(5, 0);

        assertThat(FaultEffects.of(timeline, List.of(new Mark(0, "a"), new Mark(0, "b")), 1))
                .containsExactly("0 s a: 5 answers, 0 failed, p99 0 ms", "0 s b: 5 answers, 0 failed, p99 0 ms");
    }

    private void second(int ok, int failed) {
        for (int journey = 0; journey < ok + failed; journey++) {
            timeline.end(timeline.begin(), "points", journey >= ok);
        }
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }
}
