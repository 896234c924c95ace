package io.sluice.loadtests.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a long run became worse: its first quarter against its last.
 *
 * @param first quarter, without what comes before it
 * @param last quarter
 */
public record Drift(Timeline.Span first, Timeline.Span last) {

    private static final double RATE_AT_LEAST = 0.8;
    private static final int SLOWER_MAX = 2;
    private static final long SLOW_AT_LEAST_MICROS = 50_000;

    /**
     * @param warm seconds at the start that do not count
     * @param end the second after the last one of the load
     */
    public static Drift of(Timeline timeline, int warm, int end) {
        int quarter = Math.max(1, (end - warm) / 4);
        return new Drift(timeline.span(warm, warm + quarter), timeline.span(end - quarter, end));
    }

    /** Why this is not acceptable; null when it is. */
    @Nullable
    public String objection() {
        if (last.rate() < first.rate() * RATE_AT_LEAST) {
            return "the last quarter of the run has less than 80 % of the rate of the first";
        }
        return last.p99Micros() > Math.max(SLOW_AT_LEAST_MICROS, first.p99Micros() * SLOWER_MAX)
                ? "the last quarter of the run is more than twice as slow at the 99th percentile as the first"
                : null;
    }

    /** One sentence. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "first quarter %.0f/s at p99 %.1f ms, last quarter %.0f/s at p99 %.1f ms",
                first.rate(),
                first.p99Micros() / 1e3,
                last.rate(),
                last.p99Micros() / 1e3);
    }
}
