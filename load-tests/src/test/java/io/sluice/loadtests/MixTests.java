package io.sluice.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixTests {

    @Test
    void weightsBecomePercents() {
        Mix mix = Mix.parse("points=6, transfers=1.5,ryw=0.5");

        assertThat(mix.percents())
                .containsEntry(Flow.POINTS, 75.0)
                .containsEntry(Flow.TRANSFERS, 18.75)
                .containsEntry(Flow.READ_YOUR_WRITES, 6.25)
                .hasSize(3);
    }

    @Test
    void aFlowOfWeightZeroIsLeftOut() {
        assertThat(Mix.parse("points=1,streams=0").has(Flow.STREAMS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "points", "points=1,points=2", "reads=1", "points=-1", "points=x", "points=0", "points=NaN"})
    void refusesWhatIsNoMix(String weights) {
        assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> Mix.parse(weights));
    }

    @Test
    void namesTheFlowsThereAre() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> Mix.parse("reads=1"))
                .withMessageContaining("'reads'")
                .withMessageContaining("points, pages, embeds, streams, ingest, transfers, ryw");
    }
}
