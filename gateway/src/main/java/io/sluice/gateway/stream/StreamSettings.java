package io.sluice.gateway.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of long answers, {@code sluice.stream.*}. An answer is long when it does not fit the bytes that are gathered
 * before anything is sent.
 *
 * @param perServer long answers that each server gives at a time, three quarters of its connections by default
 * @param stallTimeout how long a client may take nothing of what waits for it
 * @param maxDuration how long an answer may take in all
 * @param compression whether they are packed for clients that take that
 */
@ConfigurationProperties("sluice.stream")
record StreamSettings(
        @Nullable Integer perServer,
        @DefaultValue("60s") Duration stallTimeout,
        @DefaultValue("1h") Duration maxDuration,
        @DefaultValue("true") boolean compression) {

    StreamSettings {
        if (perServer != null && perServer < 1) {
            throw new IllegalArgumentException("sluice.stream.per-server must be positive, was " + perServer);
        }
        requirePositive("stall-timeout", stallTimeout);
        requirePositive("max-duration", maxDuration);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("sluice.stream." + name + " must be positive, was " + value);
        }
    }

    /** The share of a pool of this many connections: some are always left for answers that are quickly given. */
    int perServer(int connections) {
        return perServer == null ? Math.max(1, connections * 3 / 4) : perServer;
    }
}
