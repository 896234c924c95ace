package io.sluice.routing.topology;

import io.sluice.routing.consistency.Lsn;

/**
 * Where the primary was when: a ring of samples by the router's own clock.
 *
 * <p>A replica that has replayed a sample's position shows everything written until that sample was asked for. So lag
 * in time needs no clock of a server, no heartbeat writes, and does not grow while nothing is written.
 */
final class PrimaryTrail {

    private final long[] askedNanos;
    private final long[] positions;
    private int timeline;
    private int size;
    private int next;

    PrimaryTrail(int capacity) {
        askedNanos = new long[capacity];
        positions = new long[capacity];
    }

    /**
     * A sample; one of another timeline starts the trail anew, because positions do not compare across.
     *
     * @return whether it is the first one of the trail
     */
    boolean add(int sampleTimeline, long nanos, Lsn position) {
        if (sampleTimeline != timeline) {
            timeline = sampleTimeline;
            size = 0;
            next = 0;
        }
        askedNanos[next] = nanos;
        positions[next] = position.position();
        next = (next + 1) % positions.length;
        size = Math.min(size + 1, positions.length);
        return size == 1;
    }

    int timeline() {
        return size == 0 ? 0 : timeline;
    }

    Lsn newest() {
        return size == 0 ? Lsn.ZERO : new Lsn(positions[index(0)]);
    }

    /** When the newest sample was asked for that {@code replayed} covers; of the oldest one where it covers none. */
    long freshNanos(Lsn replayed) {
        for (int age = 0; age < size; age++) {
            if (Long.compareUnsigned(positions[index(age)], replayed.position()) <= 0) {
                return askedNanos[index(age)];
            }
        }
        return askedNanos[index(size - 1)];
    }

    /** Whether {@code replayed} is so old that the trail cannot say how old. */
    boolean beyond(Lsn replayed) {
        return size == 0 || Long.compareUnsigned(positions[index(size - 1)], replayed.position()) > 0;
    }

    private int index(int age) {
        return Math.floorMod(next - 1 - age, positions.length);
    }
}
