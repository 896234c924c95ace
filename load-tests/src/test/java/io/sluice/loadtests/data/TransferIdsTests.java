package io.sluice.loadtests.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TransferIdsTests {

    private final Random random = new Random(5);

    @Test
    void isAUuidOfVersionSeven() {
        UUID id = TransferIds.next(1_795_411_234_567L, random);

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(1_795_411_234_567L);
    }

    @Test
    void laterIdsSortBehindEarlierOnes() {
        assertThat(TransferIds.next(1_001, random).toString())
                .isGreaterThan(TransferIds.next(1_000, random).toString());
    }

    @Test
    void idsOfTheSameMillisecondDiffer() {
        Set<UUID> ids = new HashSet<>();
        for (int draw = 0; draw < 10_000; draw++) {
            ids.add(TransferIds.next(1, random));
        }
        assertThat(ids).hasSize(10_000);
    }
}
