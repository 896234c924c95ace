package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class StreamWatchTests {

    private static final Duration LONG = Duration.ofHours(1);

    private final StreamShare share = new StreamShare(1, List::of);
    private final StreamLimits limits = new StreamLimits(share, LONG, LONG, false, VirtualTimeScheduler.create());

    @Test
    void aPlaceIsTakenByALongAnswerUntilItEnds() {
        StreamWatch watch = new StreamWatch(limits, "server", limits.now());

        assertThat(watch.begin(stalled -> {}, overdue -> {})).isTrue();
        assertThat(share.taken("server")).isEqualTo(1);
        watch.end();

        assertThat(share.taken("server")).isZero();
    }

    /** The last rows may make the answer a long one when its client has left already. */
    @Test
    void anAnswerThatHasEndedKeepsNoPlace() {
        StreamWatch watch = new StreamWatch(limits, "server", limits.now());

        watch.end();
        watch.begin(stalled -> {}, overdue -> {});

        assertThat(share.taken("server")).isZero();
    }
}
