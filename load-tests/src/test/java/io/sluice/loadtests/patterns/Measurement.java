package io.sluice.loadtests.patterns;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What was measured of one variant, in all its rounds.
 *
 * @param rates units a second, one for each round
 * @param p50Micros and {@code p99Micros}: of one operation, over all rounds
 * @param failures operations that ended with an error
 * @param notes the variant's own counts over all rounds
 */
record Measurement(
        String variant, List<Double> rates, long p50Micros, long p99Micros, long failures, Map<String, Long> notes) {

    Measurement {
        rates = List.copyOf(rates);
        notes = Map.copyOf(notes);
    }

    /** The median round: these machines are shared, and one bad round says nothing. */
    double rate() {
        double[] sorted =
                rates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** How far the rounds lie apart: slowest and fastest by the median. */
    String spread() {
        double[] sorted =
                rates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.format(
                java.util.Locale.ROOT, "%.2f–%.2f", sorted[0] / rate(), sorted[sorted.length - 1] / rate());
    }

    static long percentile(long[] nanos, double percent) {
        if (nanos.length == 0) {
            return 0;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(sorted.length * percent / 100) - 1;
        return sorted[Math.max(rank, 0)] / 1_000;
    }
}
