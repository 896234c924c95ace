package io.sluice.loadtests.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment takes a short high load: answers may be slow or refused while it lasts, but afterwards they must be as
 * before.
 *
 * @param before the ordinary load
 * @param during the spike
 * @param recoverySeconds from the end of the spike until answers were as before and stayed so; null when that never came
 */
public record Spike(
        Timeline.Span before,
        Timeline.Span during,
        @Nullable Integer recoverySeconds) {

    /** So many good seconds in a row are recovery. */
    private static final int CALM_SECONDS = 3;

    private static final int SLOWER_MAX = 3;
    private static final long SLOW_AT_LEAST_MICROS = 50_000;

    /**
     * @param warm seconds at the start that do not count
     * @param start first second of the spike
     * @param end the second after its last
     * @param stop the second after the last one of the run
     */
    public static Spike of(Timeline timeline, int warm, int start, int end, int stop) {
        Timeline.Span before = timeline.span(warm, start);
        long slow = Math.max(SLOW_AT_LEAST_MICROS, before.p99Micros() * SLOWER_MAX);
        int calm = 0;
        for (int second = end; second < stop; second++) {
            Timeline.Span span = timeline.span(second, second + 1);
            calm = span.ok() > 0 && span.failed() == 0 && span.p99Micros() <= slow ? calm + 1 : 0;
            if (calm == CALM_SECONDS) {
                return new Spike(before, timeline.span(start, end), second + 1 - CALM_SECONDS - end);
            }
        }
        return new Spike(before, timeline.span(start, end), null);
    }

    /** Why this is not acceptable; null when it is. */
    @Nullable
    public String objection(int recoverySecondsMax) {
        if (before.failed() > 0) {
            return before.failed() + " journeys failed before the spike";
        }
        if (recoverySeconds == null) {
            return "answers were not as before until the end of the run";
        }
        return recoverySeconds > recoverySecondsMax
                ? "answers were as before only after " + recoverySeconds + " s, more than " + recoverySecondsMax + " s"
                : null;
    }

    /** One sentence. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "before %.0f/s at p99 %.1f ms; during the spike %.0f/s at p99 %.1f ms and %.1f %% failed; %s",
                before.rate(),
                before.p99Micros() / 1e3,
                during.rate(),
                during.p99Micros() / 1e3,
                during.failedPercent(),
                recoverySeconds == null ? "not recovered" : "recovered after " + recoverySeconds + " s");
    }
}
