package io.sluice.loadtests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ZipfTests {

    private static final int DRAWS = 200_000;

    @Test
    void ranksAreAsFrequentAsTheLawSays() {
        double[] shares = shares(new Zipf(100, 1));

        double harmonic = 0;
        for (int rank = 1; rank <= 100; rank++) {
            harmonic += 1.0 / rank;
        }
        for (int rank : new int[] {0, 1, 2, 9, 49, 99}) {
            assertThat(shares[rank]).as("rank %d", rank).isCloseTo(1 / (harmonic * (rank + 1)), within(0.005));
        }
    }

    @Test
    void withoutSkewAllRanksAreAlike() {
        for (double share : shares(new Zipf(10, 0))) {
            assertThat(share).isCloseTo(0.1, within(0.005));
        }
    }

    @Test
    void oneRankIsDrawnAlways() {
        assertThat(new Zipf(1, 0.99).next(new Random(1))).isZero();
    }

    @Test
    void refusesWhatHasNoDistribution() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(10, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(10, Double.NaN));
    }

    private static double[] shares(Zipf zipf) {
        Random random = new Random(42);
        double[] shares = new double[zipf.size()];
        for (int draw = 0; draw < DRAWS; draw++) {
            shares[zipf.next(random)] += 1.0 / DRAWS;
        }
        return shares;
    }
}
