package io.sluice.loadtests.data;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** UUIDs of version 7: ordered by time, so that the primary key of the transfers grows at its end only. */
public final class TransferIds {

    private TransferIds() {}

    public static UUID next(long epochMillis, RandomGenerator random) {
        long high = (epochMillis << 16) | 0x7000L | random.nextInt(1 << 12);
        long low = 0x8000000000000000L | (random.nextLong() >>> 2);
        return new UUID(high, low);
    }
}
