package io.sluice.routing.resilience;

import io.sluice.routing.settings.Check;
import java.time.Duration;

/**
 * When a node that answers its monitor but fails its callers is left alone for a while.
 *
 * @param consecutiveFailures failures in a row that eject, 5 by default
 * @param minSuccessRatio share of successes below which a node is ejected, 0.8 by default
 * @param minRequests requests in the window before the ratio counts, 20 by default
 * @param window time over which the ratio is taken, 10 s by default
 * @param baseEjection how long the first ejection lasts, 5 s by default; the n-th in a row lasts n times as long
 * @param maxEjection longest ejection, 300 s by default
 */
public record BreakerSettings(
        int consecutiveFailures,
        double minSuccessRatio,
        int minRequests,
        Duration window,
        Duration baseEjection,
        Duration maxEjection) {

    public static final BreakerSettings DEFAULTS =
            new BreakerSettings(5, 0.8, 20, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(300));

    public BreakerSettings {
        Check.that(consecutiveFailures > 0, "consecutiveFailures must be at least 1", consecutiveFailures);
        Check.share("minSuccessRatio", minSuccessRatio);
        Check.that(minRequests > 0, "minRequests must be at least 1", minRequests);
        Check.positive("window", window);
        Check.positive("baseEjection", baseEjection);
        Check.positive("maxEjection", maxEjection);
    }
}
