package io.sluice.loadtests.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ranks from 0 with a probability that falls as {@code 1 / (rank + 1)^skew}: few are hot, most are cold. */
public final class Zipf {

    private final double[] cumulated;

    /**
     * @param size how many ranks there are
     * @param skew 0 is uniform; 0.99 is the usual choice for key-value loads
     */
    public Zipf(int size, double skew) {
        if (size < 1 || !(skew >= 0)) {
            throw new IllegalArgumentException("size must be 1 or more and skew 0 or more, was " + size + ", " + skew);
        }
        cumulated = new double[size];
        double sum = 0;
        for (int rank = 0; rank < size; rank++) {
            sum += Math.pow(rank + 1, -skew);
            cumulated[rank] = sum;
        }
    }

    public int size() {
        return cumulated.length;
    }

    public int next(RandomGenerator random) {
        double point = random.nextDouble() * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, point);
        return Math.min(found >= 0 ? found + 1 : -found - 1, cumulated.length - 1);
    }
}
