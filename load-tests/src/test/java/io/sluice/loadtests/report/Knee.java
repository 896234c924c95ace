package io.sluice.loadtests.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where more load no longer means more answers. A level of offered load holds when nearly all of it is answered, without
 * failures and not much slower than the first level; the knee is the last level before the first that does not hold.
 *
 * @param knee the last level that held; null when not even the first did
 * @param broken the first level that did not hold; null when all did, so the knee is above what was offered
 * @param reason why it did not hold; null when all did
 */
public record Knee(
        @Nullable Level knee,
        @Nullable Level broken,
        @Nullable String reason) {

    private static final double ANSWERED_AT_LEAST = 0.95;
    private static final double FAILED_PERCENT_MAX = 0.1;
    private static final int SLOWER_MAX = 10;
    /** Below this a level is not called slow, whatever the first one reached. */
    private static final long SLOW_AT_LEAST_MICROS = 50_000;

    /**
     * One level of offered load.
     *
     * @param offered journeys that arrived a second
     * @param reached what was measured
     */
    public record Level(double offered, Timeline.Span reached) {}

    /** @param levels in ascending order of what was offered */
    public static Knee of(List<Level> levels) {
        @Nullable Level knee = null;
        for (Level level : levels) {
            String reason = brokenBecause(level, levels.get(0));
            if (reason != null) {
                return new Knee(knee, level, reason);
            }
            knee = level;
        }
        return new Knee(knee, null, null);
    }

    /** Why the level does not hold; null when it does. */
    @Nullable
    static String brokenBecause(Level level, Level first) {
        Timeline.Span reached = level.reached();
        if (reached.failedPercent() > FAILED_PERCENT_MAX) {
            return String.format(Locale.ROOT, "%.1f %% failed", reached.failedPercent());
        }
        if (reached.rate() < level.offered() * ANSWERED_AT_LEAST) {
            return String.format(Locale.ROOT, "%.0f of %.0f a second were answered", reached.rate(), level.offered());
        }
        long slow = Math.max(SLOW_AT_LEAST_MICROS, first.reached().p99Micros() * SLOWER_MAX);
        if (reached.p99Micros() > slow) {
            return String.format(Locale.ROOT, "p99 of %.0f ms, above %.0f ms", reached.p99Micros() / 1e3, slow / 1e3);
        }
        return null;
    }

    /** One sentence. */
    public String summary() {
        if (knee == null) {
            return "the first level did not hold (" + reason + "): start lower with -Dload.levels.from";
        }
        String at = "%.0f journeys/s at p99 %.1f ms"
                .formatted(knee.reached().rate(), knee.reached().p99Micros() / 1e3);
        return broken == null
                ? "no knee up to " + at + ": offer more with -Dload.levels"
                : "knee at " + at + String.format(Locale.ROOT, "; at %.0f/s offered ", broken.offered()) + reason;
    }
}
