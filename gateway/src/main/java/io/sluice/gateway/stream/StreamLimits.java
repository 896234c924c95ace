package io.sluice.gateway.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What holds for long answers.
 *
 * @param share the places for them
 * @param stallTimeout how long a client may take nothing of what waits for it
 * @param maxDuration how long an answer may take in all
 * @param compression whether long answers are packed for clients that take that
 * @param scheduler where time is watched
 */
record StreamLimits(
        StreamShare share, Duration stallTimeout, Duration maxDuration, boolean compression, Scheduler scheduler) {

    private static final Duration LONG = Duration.ofDays(365);

    /** Nothing is refused, and nothing is ended. */
    static final StreamLimits NONE =
            new StreamLimits(new StreamShare(Integer.MAX_VALUE, List::of), LONG, LONG, false, Schedulers.parallel());

    /** What the clock shows, in milliseconds. */
    long now() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    /** The same without a share in the places: for what must not be refused once it has run. */
    StreamLimits withoutShare() {
        return new StreamLimits(NONE.share, stallTimeout, maxDuration, compression, scheduler);
    }
}
