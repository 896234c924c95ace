package io.sluice.routing.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTests {

    @ParameterizedTest
    @ValueSource(strings = {"0/0", "16/B374D848", "0/7FFFFFFF", "0/80000000", "16/80000000", "FFFFFFFF/FFFFFFFF"})
    void readsWhatItWrites(String text) {
        assertThat(Lsn.parse(text)).hasToString(text);
    }

    @Test
    void isOrderedWithoutSign() {
        assertThat(Lsn.parse("17/0")).isGreaterThan(Lsn.parse("16/80000000"));
        assertThat(Lsn.parse("80000000/0")).isGreaterThan(Lsn.parse("7FFFFFFF/FFFFFFFF"));
        assertThat(Lsn.parse("0/80000000").minus(Lsn.parse("0/7FFFFFFF"))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "16", "/", "1/", "/1", "123456789/0", "0/123456789", "-1/0", "0/ 1", "g/0"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void stepsBackOverThePageHeaderWhereNoRecordCanEnd() {
        assertThat(Lsn.parse("0/3000028").withoutPageHeader()).isEqualTo(Lsn.parse("0/3000000"));
        assertThat(Lsn.parse("0/3002018").withoutPageHeader()).isEqualTo(Lsn.parse("0/3002000"));
        assertThat(Lsn.parse("0/3002048").withoutPageHeader()).isEqualTo(Lsn.parse("0/3002048"));
    }

    @Test
    void aTokenSurvivesItsText() {
        ConsistencyToken token = new ConsistencyToken(0x1F, Lsn.parse("FFFFFFFF/80000000"));

        assertThat(ConsistencyToken.parse(token.text())).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.", "1.1", "1.1.", "2.1.5", "1.x.5", "1.1.zz", "nonsense", "1.1.-5"})
    void refusesTextThatIsNoToken(String text) {
        assertThatThrownBy(() -> ConsistencyToken.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLaterTimelineIsTheLaterToken() {
        ConsistencyToken old = new ConsistencyToken(1, Lsn.parse("9/0"));
        ConsistencyToken young = new ConsistencyToken(2, Lsn.parse("1/0"));

        assertThat(old.max(young)).isEqualTo(young);
        assertThat(young.max(old)).isEqualTo(young);
    }
}
