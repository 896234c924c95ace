package io.sluice.routing.resilience;

import io.sluice.routing.settings.Check;
import java.time.Duration;

/**
 * When a read that has brought nothing yet is asked of a second node as well; the first answer wins.
 *
 * <p>It trades load for the slowest answers, so it is off unless asked for, and never more than a share of all reads.
 *
 * @param enabled off by default
 * @param percentile of the recent times to the first row (0 to 1) after which a read is hedged, 0.95 by default; while
 *     fewer than 64 reads are known, nothing is hedged
 * @param fixedDelay used instead of the percentile where it is not zero, which is the default
 * @param minDelay shortest delay that the percentile may lead to, 5 ms by default: below that, a hedge costs more than
 *     it saves
 * @param share hedges per read, at most, 0.05 by default
 * @param floor hedges that are possible at once after a quiet time, 8 by default
 */
public record HedgeSettings(
        boolean enabled, double percentile, Duration fixedDelay, Duration minDelay, double share, int floor) {

    public static final HedgeSettings OFF =
            new HedgeSettings(false, 0.95, Duration.ZERO, Duration.ofMillis(5), 0.05, 8);

    public HedgeSettings {
        Check.that(percentile > 0 && percentile < 1, "percentile must be between 0 and 1", percentile);
        Check.notNegative("fixedDelay", fixedDelay);
        Check.notNegative("minDelay", minDelay);
        Check.share("share", share);
        Check.that(floor >= 0, "floor must not be negative", floor);
    }

    /** Hedges what takes longer than that share of recent reads, with the other defaults. */
    public static HedgeSettings afterPercentile(double percentile) {
        return new HedgeSettings(true, percentile, Duration.ZERO, OFF.minDelay, OFF.share, OFF.floor);
    }

    /** Hedges what takes longer than {@code delay}, with the other defaults. */
    public static HedgeSettings after(Duration delay) {
        return new HedgeSettings(true, OFF.percentile, delay, OFF.minDelay, OFF.share, OFF.floor);
    }

    /** The same with another budget. */
    public HedgeSettings withBudget(double newShare, int newFloor) {
        return new HedgeSettings(enabled, percentile, fixedDelay, minDelay, newShare, newFloor);
    }
}
