package io.sluice.routing.topology;

import io.sluice.routing.settings.Check;
import java.time.Duration;

/**
 * How nodes are watched.
 *
 * @param interval time between two questions to a node that answers, 250 ms by default
 * @param timeout how long an answer, or the connection to ask on, may take before the node counts as down, 2 s by
 *     default: a busy machine answers late more often than a server hangs, and a primary that is lost for nothing costs
 *     every write
 * @param maxBackoff longest time between two attempts to reach a node that is down, 2 s by default; they begin with
 *     {@code interval}, double, and are spread by a quarter either way
 * @param waitInterval time between two questions while a read waits for a replica to catch up, 2 ms by default
 */
public record MonitorSettings(Duration interval, Duration timeout, Duration maxBackoff, Duration waitInterval) {

    public static final MonitorSettings DEFAULTS = new MonitorSettings(
            Duration.ofMillis(250), Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMillis(2));

    public MonitorSettings {
        Check.positive("interval", interval);
        Check.positive("timeout", timeout);
        Check.positive("maxBackoff", maxBackoff);
        Check.positive("waitInterval", waitInterval);
    }

    /** The wait before attempt number {@code attempt}, counted from 1; {@code random} is in [0, 1). */
    Duration backoff(int attempt, double random) {
        double doubled = (double) interval.toNanos() * Math.pow(2, Math.min(attempt - 1, 20));
        double bounded = Math.min(doubled, (double) maxBackoff.toNanos());
        return Duration.ofNanos((long) (bounded * (0.75 + random / 2)));
    }
}
