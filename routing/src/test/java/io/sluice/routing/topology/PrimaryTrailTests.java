package io.sluice.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.consistency.Lsn;
import org.junit.jupiter.api.Test;

class PrimaryTrailTests {

    private final PrimaryTrail trail = new PrimaryTrail(3);

    @Test
    void aReplicaIsAsFreshAsTheNewestSampleItHasReplayed() {
        trail.add(1, 100, new Lsn(10));
        trail.add(1, 200, new Lsn(20));
        trail.add(1, 300, new Lsn(30));

        assertThat(trail.freshNanos(new Lsn(30))).isEqualTo(300);
        assertThat(trail.freshNanos(new Lsn(29))).isEqualTo(200);
        assertThat(trail.freshNanos(new Lsn(20))).isEqualTo(200);
        assertThat(trail.freshNanos(new Lsn(10))).isEqualTo(100);
    }

    @Test
    void nothingWrittenMeansNoLagHoweverLongItLasts() {
        trail.add(1, 100, new Lsn(10));
        trail.add(1, 900, new Lsn(10));

        assertThat(trail.freshNanos(new Lsn(10))).isEqualTo(900);
    }

    @Test
    void forgetsTheOldestSample() {
        for (int i = 1; i <= 5; i++) {
            trail.add(1, i * 100, new Lsn(i * 10));
        }

        assertThat(trail.newest()).isEqualTo(new Lsn(50));
        assertThat(trail.freshNanos(new Lsn(5))).isEqualTo(300);
        assertThat(trail.beyond(new Lsn(20))).isTrue();
        assertThat(trail.beyond(new Lsn(30))).isFalse();
    }

    @Test
    void aNewTimelineStartsAnew() {
        trail.add(1, 100, new Lsn(1000));
        trail.add(2, 200, new Lsn(900));

        assertThat(trail.timeline()).isEqualTo(2);
        assertThat(trail.newest()).isEqualTo(new Lsn(900));
        assertThat(trail.freshNanos(new Lsn(950))).isEqualTo(200);
    }

    @Test
    void comparesPositionsWithoutSign() {
        trail.add(1, 100, new Lsn(0x7FFF_FFFF_FFFF_FFFFL));
        trail.add(1, 200, new Lsn(0x8000_0000_0000_0000L));

        assertThat(trail.freshNanos(new Lsn(0x7FFF_FFFF_FFFF_FFFFL))).isEqualTo(100);
        assertThat(trail.freshNanos(new Lsn(0x8000_0000_0000_0001L))).isEqualTo(200);
    }
}
