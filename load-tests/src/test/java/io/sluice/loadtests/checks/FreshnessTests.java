package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.loadtests.checks.Freshness.Written;
import org.junit.jupiter.api.Test;

class FreshnessTests {

    private final Freshness freshness = new Freshness();

    @Test
    void aReadMustSeeTheNewestAcknowledgedWrite() {
        freshness.acknowledged(1, 10, "token-10");
        freshness.acknowledged(1, 12, "token-12");
        freshness.acknowledged(1, 11, "token-11");

        assertThat(freshness.expected(1)).isEqualTo(new Written(12, "token-12"));
        assertThat(freshness.expected(2)).isNull();
    }

    @Test
    void anOlderVersionIsStaleAndCounted() {
        Written expected = new Written(12, "token-12");

        freshness.judge(1, expected, 12);
        freshness.judge(1, expected, 13);
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> freshness.judge(1, expected, 11))
                .withMessageContaining("stale")
                .withMessageContaining("token-12");

        assertThat(freshness.freshCount()).isEqualTo(2);
        assertThat(freshness.staleCount()).isEqualTo(1);
    }

    @Test
    void whatIsAcknowledgedWhileAReadIsUnderwayDoesNotMakeItStale() {
        freshness.acknowledged(1, 10, "token-10");
        Written expected = freshness.expected(1);
        assertThat(expected).isNotNull();

        freshness.acknowledged(1, 11, "token-11");
        freshness.judge(1, expected, 10);

        assertThat(freshness.staleCount()).isZero();
    }
}
