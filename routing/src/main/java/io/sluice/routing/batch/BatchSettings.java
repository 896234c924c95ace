package io.sluice.routing.batch;

import java.time.Duration;

/**
 * The limits of a {@link BatchLoader}.
 *
 * @param maxBatch most keys in a batch
 * @param maxFlights most batches on their way at a time
 * @param maxWaiting most callers at a time
 * @param patience how long a batch on its way holds back the next one
 */
record BatchSettings(int maxBatch, int maxFlights, int maxWaiting, Duration patience) {

    static final BatchSettings DEFAULTS = new BatchSettings(128, 16, 10_000, Duration.ofMillis(50));

    BatchSettings {
        positive("maxBatch", maxBatch);
        positive("maxFlights", maxFlights);
        positive("maxWaiting", maxWaiting);
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience must be positive, was " + patience);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }
}
