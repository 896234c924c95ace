package io.sluice.routing.pool;

import io.sluice.routing.settings.Check;
import java.time.Duration;

/**
 * How each node's pool behaves.
 *
 * @param maxSize most connections to a node, 16 by default
 * @param minIdle connections kept open even when nobody needs them, 0 by default, at most {@code maxSize}
 * @param maxPending callers that may wait for a connection of one node, 4 x {@code maxSize} by default; the next fails
 * @param connectTimeout how long opening a connection may take, 2 s by default
 * @param maxLifetime age at which a connection is replaced, 30 min by default, zero for never
 * @param lifetimeVariance share of {@code maxLifetime} (0 to 1) by which single connections die earlier, 0.2 by
 *     default, so that a pool does not reconnect all at once
 * @param maxIdle how long a connection beyond {@code minIdle} may lie unused, 10 min by default, zero for ever
 * @param validateAfterIdle a connection unused for longer is asked over the network before it is handed out, 30 s by
 *     default; others are only looked at locally
 * @param validationTimeout how long that question may take, 1 s by default
 * @param cancelGrace how long an abandoned statement may end by itself before the server is told to cancel it, 20 ms
 *     by default
 * @param releaseTimeout how long a connection has after that to come to rest before it is thrown away, 1 s by default
 * @param statementCacheSize prepared statements kept per connection, of the driver and of batches each, 256 by default
 * @param recordLeases whether each lease remembers the code that took it, for reports of leaks; costs a stack walk
 *     per lease, off by default
 * @param ioThreads event loops per node, the number of processors by default
 */
public record PoolSettings(
        int maxSize,
        int minIdle,
        int maxPending,
        Duration connectTimeout,
        Duration maxLifetime,
        double lifetimeVariance,
        Duration maxIdle,
        Duration validateAfterIdle,
        Duration validationTimeout,
        Duration cancelGrace,
        Duration releaseTimeout,
        int statementCacheSize,
        int ioThreads,
        boolean recordLeases) {

    public static final PoolSettings DEFAULTS = new PoolSettings(
            16,
            0,
            64,
            Duration.ofSeconds(2),
            Duration.ofMinutes(30),
            0.2,
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            256,
            Runtime.getRuntime().availableProcessors(),
            false);

    public PoolSettings {
        Check.that(maxSize > 0, "maxSize must be at least 1", maxSize);
        Check.that(minIdle >= 0 && minIdle <= maxSize, "minIdle must be between 0 and maxSize " + maxSize, minIdle);
        Check.that(maxPending >= 0, "maxPending must not be negative", maxPending);
        Check.positive("connectTimeout", connectTimeout);
        Check.notNegative("maxLifetime", maxLifetime);
        Check.that(
                lifetimeVariance >= 0 && lifetimeVariance < 1,
                "lifetimeVariance must be at least 0 and below 1",
                lifetimeVariance);
        Check.notNegative("maxIdle", maxIdle);
        Check.notNegative("validateAfterIdle", validateAfterIdle);
        Check.positive("validationTimeout", validationTimeout);
        Check.notNegative("cancelGrace", cancelGrace);
        Check.positive("releaseTimeout", releaseTimeout);
        Check.that(statementCacheSize >= 0, "statementCacheSize must not be negative", statementCacheSize);
        Check.that(ioThreads > 0, "ioThreads must be at least 1", ioThreads);
    }

    /** The same, with leases that remember who took them. */
    public PoolSettings withRecordedLeases() {
        return new PoolSettings(
                maxSize,
                minIdle,
                maxPending,
                connectTimeout,
                maxLifetime,
                lifetimeVariance,
                maxIdle,
                validateAfterIdle,
                validationTimeout,
                cancelGrace,
                releaseTimeout,
                statementCacheSize,
                ioThreads,
                true);
    }

    /** The same with other bounds: as many callers as four pools hold may wait. */
    public PoolSettings withMaxSize(int newMaxSize) {
        return new PoolSettings(
                newMaxSize,
                Math.min(minIdle, newMaxSize),
                4 * newMaxSize,
                connectTimeout,
                maxLifetime,
                lifetimeVariance,
                maxIdle,
                validateAfterIdle,
                validationTimeout,
                cancelGrace,
                releaseTimeout,
                statementCacheSize,
                ioThreads,
                recordLeases);
    }
}
