package io.sluice.routing.pool;

import java.time.Duration;

/**
 * A lease that is out for too long.
 *
 * @param takenAt the line of code that took it, empty where that is not recorded
 */
public record LeakedLease(Duration age, String takenAt) {}
