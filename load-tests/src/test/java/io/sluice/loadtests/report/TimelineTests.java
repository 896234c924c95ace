package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTests {

    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
    private final Timeline timeline = new Timeline(clock::get);

    @Test
    void aJourneyCountsInTheSecondInWhichItEnds() {
        journey(200, false);
        journey(900, false);
        journey(300, true);

        assertThat(timeline.spans(1)).extracting(Timeline.Span::ok).containsExactly(1L, 1L);
        assertThat(timeline.spans(1)).extracting(Timeline.Span::failed).containsExactly(0L, 1L);
        assertThat(timeline.now()).isEqualTo(1);
    }

    @Test
    void secondsWithoutAnAnswerAreThere() {
        journey(100, false);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(3));
        journey(100, false);

        assertThat(timeline.spans(1)).extracting(Timeline.Span::ok).containsExactly(1L, 0L, 0L, 1L);
        assertThat(timeline.spans(2)).extracting(Timeline.Span::rate).containsExactly(0.5, 0.5);
    }

    @Test
    void aSpanHasThePercentilesOfAllItsSeconds() {
        for (int i = 0; i < 100; i++) {
            journey(i < 98 ? 10 : 500, false);
        }
        Timeline.Span all = timeline.span(0, 100);

        assertThat(all.p50Micros()).isBetween(10_000L, 10_700L);
        assertThat(all.p99Micros()).isBetween(500_000L, 535_000L);
        assertThat(all.failedPercent()).isZero();
    }

    @Test
    void whatHasNotEndedIsInFlight() {
        long begun = timeline.begin();
        assertThat(timeline.inFlight()).isEqualTo(1);

        timeline.end(begun, "points", true);
        assertThat(timeline.inFlight()).isZero();
        assertThat(timeline.span(0, 1).failedPercent()).isEqualTo(100);
    }

    @Test
    void failuresAreKnownByTheirKind() {
        timeline.end(timeline.begin(), "pages", true);
        timeline.end(timeline.begin(), "points", true);
        timeline.end(timeline.begin(), "points", true);
        timeline.end(timeline.begin(), "streams", false);

        assertThat(timeline.failures(0, 1)).containsExactly(Map.entry("pages", 1L), Map.entry("points", 2L));
        assertThat(timeline.failures(1, 2)).isEmpty();
    }

    @Test
    void aRunWithoutJourneysHasNoSpans() {
        assertThat(timeline.spans(1)).isEqualTo(List.of());
        assertThat(timeline.now()).isZero();
    }

    private void journey(long millis, boolean failed) {
        long begun = timeline.begin();
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        timeline.end(begun, "points", failed);
    }
}
