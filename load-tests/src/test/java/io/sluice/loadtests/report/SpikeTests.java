package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SpikeTests {

    private final AtomicLong clock = new AtomicLong();
    private final Timeline timeline = new Timeline(clock::get);

    @Test
    void recoversWhenAnswersAreFastAgainAndStaySo() {
        seconds(5, 10, 0);
        seconds(2, 900, 3);
        seconds(1, 400, 0);
        seconds(1, 10, 0);
        seconds(1, 10, 1);
        seconds(4, 10, 0);

        Spike spike = Spike.of(timeline, 1, 5, 7, 14);

        assertThat(spike.recoverySeconds())
                .as("the good second between two bad ones does not count")
                .isEqualTo(3);
        assertThat(spike.during().failed()).isEqualTo(6);
        assertThat(spike.objection(3)).isNull();
        assertThat(spike.objection(2)).contains("only after 3 s");
        assertThat(spike.summary()).contains("recovered after 3 s");
    }

    @Test
    void aDeploymentThatStaysSlowOrSilentHasNotRecovered() {
        seconds(5, 10, 0);
        seconds(2, 900, 0);
        seconds(4, 400, 0);

        assertThat(Spike.of(timeline, 1, 5, 7, 14).objection(100)).contains("not as before");
        assertThat(Spike.of(timeline, 1, 5, 7, 14).summary()).contains("not recovered");
    }

    @Test
    void failuresBeforeTheSpikeAreNotExcusedByIt() {
        seconds(5, 10, 1);
        seconds(2, 900, 0);
        seconds(4, 10, 0);

        assertThat(Spike.of(timeline, 1, 5, 7, 14).objection(100)).contains("before the spike");
    }

    private void seconds(int count, long millis, int failed) {
        for (int second = 0; second < count; second++) {
            for (int journey = 0; journey < failed + 1; journey++) {
                long begun = timeline.begin() - TimeUnit.MILLISECONDS.toNanos(millis);
                timeline.end(begun, "points", journey < failed);
            }
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
