package io.sluice.loadtests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PairsTests {

    private static final int ACCOUNTS = 1_000;
    private static final int DRAWS = 50_000;

    @ParameterizedTest
    @EnumSource(Pairs.Spread.class)
    void theTwoSidesDifferAndExist(Pairs.Spread spread) {
        Pairs pairs = Pairs.of(spread, ACCOUNTS);
        Random random = new Random(7);
        for (int draw = 0; draw < DRAWS; draw++) {
            Pairs.Pair pair = pairs.next(random);
            assertThat(pair.debit()).isNotEqualTo(pair.credit()).isBetween(0, ACCOUNTS - 1);
            assertThat(pair.credit()).isBetween(0, ACCOUNTS - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Pairs.Spread.class)
    void twoAccountsAreEnough(Pairs.Spread spread) {
        Pairs.Pair pair = Pairs.of(spread, 2).next(new Random(7));

        assertThat(pair.debit() + pair.credit()).isEqualTo(1);
    }

    @Test
    void oneAccountIsNotEnough() {
        assertThatIllegalArgumentException().isThrownBy(() -> Pairs.of(Pairs.Spread.UNIFORM, 1));
    }

    @Test
    void theSpreadDecidesHowMuchGoesToTheFirstTen() {
        assertThat(shareOfFirstTen(Pairs.Spread.UNIFORM)).isBetween(0.005, 0.02);
        assertThat(shareOfFirstTen(Pairs.Spread.ZIPF)).isBetween(0.3, 0.6);
        assertThat(shareOfFirstTen(Pairs.Spread.HOT)).isEqualTo(1);
    }

    private static double shareOfFirstTen(Pairs.Spread spread) {
        Pairs pairs = Pairs.of(spread, ACCOUNTS);
        Random random = new Random(11);
        Map<Boolean, Integer> counts = new HashMap<>();
        for (int draw = 0; draw < DRAWS; draw++) {
            Pairs.Pair pair = pairs.next(random);
            Arrays.asList(pair.debit(), pair.credit()).forEach(number -> counts.merge(number < 10, 1, Integer::sum));
        }
        return counts.getOrDefault(true, 0) / (2.0 * DRAWS);
    }
}
