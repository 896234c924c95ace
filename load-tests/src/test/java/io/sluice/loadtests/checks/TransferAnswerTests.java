package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class TransferAnswerTests {

    @Test
    void aNewTransferIsCreatedOrRefusedForLackOfFunds() {
        assertThat(TransferAnswer.ofFirst("{\"id\":\"x\",\"outcome\":\"created\"}"))
                .isEqualTo(TransferAnswer.CREATED);
        assertThat(TransferAnswer.ofFirst("{\"code\":\"exceeds_credits\",\"message\":\"\"}"))
                .isEqualTo(TransferAnswer.REFUSED);
    }

    @Test
    void aNewTransferCannotExistAlready() {
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> TransferAnswer.ofFirst("{\"id\":\"x\",\"outcome\":\"exists\"}"));
    }

    @Test
    void aRepeatSettlesWhatBecameOfTheFirst() {
        assertThat(TransferAnswer.ofRepeat("{\"outcome\":\"exists\"}")).isEqualTo(TransferAnswer.CREATED);
        assertThat(TransferAnswer.ofRepeat("{\"outcome\":\"created\"}")).isEqualTo(TransferAnswer.CREATED);
        assertThat(TransferAnswer.ofRepeat("{\"outcome\":\"id_already_failed\"}"))
                .isEqualTo(TransferAnswer.REFUSED);
    }

    @Test
    void aRepeatWithAnyOtherAnswerSettlesNothing() {
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> TransferAnswer.ofRepeat("{\"outcome\":\"unknown\"}"));
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> TransferAnswer.ofRepeat("{\"outcome\":\"exists_with_different_amount\"}"));
    }
}
