package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTests {

    private final Latencies latencies = new Latencies();

    @Test
    void percentilesAreOffBySixPercentAtMost() {
        Random random = new Random(9);
        long[] values = random.longs(10_000, 1, 30_000_000).toArray();
        Arrays.stream(values).forEach(latencies::record);
        Arrays.sort(values);

        for (double percent : new double[] {1, 50, 90, 99, 99.9, 100}) {
            long exact = values[(int) Math.ceil(values.length * percent / 100) - 1];
            assertThat(percentile(percent)).as("p%s", percent).isCloseTo(exact, Percentage.withPercentage(6.5));
        }
    }

    @Test
    void smallValuesAreExact() {
        for (long micros = 0; micros < 16; micros++) {
            latencies.record(micros);
        }
        assertThat(percentile(50)).isEqualTo(7);
        assertThat(percentile(100)).isEqualTo(15);
    }

    @Test
    void everyValueHasABucketHoweverLarge() {
        latencies.record(-5);
        latencies.record(Long.MAX_VALUE);

        assertThat(percentile(1)).isZero();
        assertThat(percentile(100)).isGreaterThan(3_600_000_000L);
    }

    @Test
    void nothingCountedIsZero() {
        assertThat(percentile(99)).isZero();
    }

    @Test
    void bucketsGrowWithoutGaps() {
        long last = -1;
        for (long micros = 1; micros < 1L << 34; micros += Math.max(1, micros / 64)) {
            Latencies one = new Latencies();
            one.record(micros);
            long[] sum = Latencies.emptySum();
            one.addTo(sum);
            long bound = Latencies.percentile(sum, 100);
            assertThat(bound).isGreaterThanOrEqualTo(micros).isGreaterThanOrEqualTo(last);
            assertThat((double) bound).isCloseTo(micros, within(micros / 16.0 + 1));
            last = bound;
        }
    }

    private long percentile(double percent) {
        long[] sum = Latencies.emptySum();
        latencies.addTo(sum);
        return Latencies.percentile(sum, percent);
    }
}
