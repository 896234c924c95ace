package io.sluice.loadtests.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownIdsTests {

    private final KnownIds ids = new KnownIds(new long[] {40, 10, 30, 20, 70});

    @Test
    void drawsOnlyIdsThatExist() {
        Random random = new Random(3);
        for (int draw = 0; draw < 100; draw++) {
            assertThat(ids.any(random)).isIn(10L, 20L, 30L, 40L, 70L);
        }
        assertThat(ids.newest()).isEqualTo(70);
    }

    @Test
    void countsTheRowsThatMustFollowAnId() {
        assertThat(ids.rowsAfter(10, 100)).isEqualTo(4);
        assertThat(ids.rowsAfter(10, 2)).isEqualTo(2);
        assertThat(ids.rowsAfter(70, 2)).isZero();
        assertThat(ids.rowsAfter(35, 100)).as("an id that is not there").isEqualTo(2);
        assertThat(ids.rowsAfter(0, 100)).isEqualTo(5);
    }

    @Test
    void findsAnIdWithEnoughRowsBehindIt() {
        Random random = new Random(3);
        for (int draw = 0; draw < 100; draw++) {
            assertThat(ids.rowsAfter(ids.followedBy(3, random), 3)).isEqualTo(3);
        }
        assertThat(ids.followedBy(50, random)).as("too few rows: the oldest").isEqualTo(10);
    }

    @Test
    void thereMustBeOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KnownIds(new long[0]));
    }
}
