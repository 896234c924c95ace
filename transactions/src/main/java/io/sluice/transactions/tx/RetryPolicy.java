package io.sluice.transactions.tx;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How often a failed transaction runs again, and after which pause: a random part of a time that doubles (full jitter),
 * so that those who collided once do not collide again.
 *
 * @param attempts most runs in all, the first included; 1 is never again
 * @param firstPause the longest pause before the second run, doubled for each further one
 * @param longestPause no pause is longer
 * @param never failures that are not repeated although they might be
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
public record RetryPolicy(
        int attempts, Duration firstPause, Duration longestPause, Set<SqlStateClass> never, DoubleSupplier random) {

    private static final int MAX_DOUBLINGS = 20;

    /** Five runs, pauses of up to 10, 20, 40, 80 ms. */
    public static final RetryPolicy DEFAULT = of(5, Duration.ofMillis(10), Duration.ofMillis(500));

    public static final RetryPolicy NEVER = of(1, Duration.ZERO, Duration.ZERO);

    public RetryPolicy {
        never = Set.copyOf(never);
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, was " + attempts);
        }
        if (firstPause.isNegative() || longestPause.isNegative()) {
            throw new IllegalArgumentException(
                    "pauses must not be negative, were " + firstPause + " and " + longestPause);
        }
    }

    public static RetryPolicy of(int attempts, Duration firstPause, Duration longestPause) {
        return new RetryPolicy(attempts, firstPause, longestPause, Set.of(), () -> ThreadLocalRandom.current()
                .nextDouble());
    }

    /** The same policy, except that this failure is final. */
    public RetryPolicy except(SqlStateClass failure) {
        Set<SqlStateClass> more = EnumSet.of(failure);
        more.addAll(never);
        return new RetryPolicy(attempts, firstPause, longestPause, more, random);
    }

    boolean repeats(SqlStateClass failure, int failedRuns) {
        return failure.mayBeRetried() && !never.contains(failure) && failedRuns < attempts;
    }

    /** The pause after the {@code failed}-th run (from 1). */
    Duration pauseAfter(int failed) {
        long longest = firstPause.toNanos() << Math.min(failed - 1, MAX_DOUBLINGS);
        long nanos = Math.min(longest, longestPause.toNanos());
        return Duration.ofNanos((long) (nanos * random.getAsDouble()));
    }
}
