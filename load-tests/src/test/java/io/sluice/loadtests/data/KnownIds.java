package io.sluice.loadtests.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ids that were there when the test started, ascending; a read of one of them must find exactly one row. */
public final class KnownIds {

    private final long[] ids;

    /** @throws IllegalArgumentException if there is none */
    public KnownIds(long[] ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("no ids are known");
        }
        this.ids = ids.clone();
        Arrays.sort(this.ids);
    }

    public int size() {
        return ids.length;
    }

    public long newest() {
        return ids[ids.length - 1];
    }

    /** The id at a rank, 0 being the oldest. */
    public long at(int rank) {
        return ids[rank];
    }

    /** Any of them, all equally likely. */
    public long any(RandomGenerator random) {
        return ids[random.nextInt(ids.length)];
    }

    /** An id that at least so many others follow, or the oldest one where there are not so many. */
    public long followedBy(int rows, RandomGenerator random) {
        return ids[random.nextInt(Math.max(1, ids.length - rows))];
    }

    /** How many rows a read of at most {@code limit} rows after this id must find at least. */
    public int rowsAfter(long id, int limit) {
        int rank = Arrays.binarySearch(ids, id);
        int following = ids.length - (rank >= 0 ? rank + 1 : -rank - 1);
        return Math.min(limit, following);
    }
}
