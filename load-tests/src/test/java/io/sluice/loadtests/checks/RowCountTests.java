package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class RowCountTests {

    private final RowCount count = new RowCount(5, 2);

    @Test
    void goesOnFromTheLastRowUntilAPageIsShort() {
        count.add(Rows.ofArray("[{\"id\":6},{\"id\":9}]"));
        assertThat(count.last()).isEqualTo(9);
        assertThat(count.complete()).isFalse();

        count.add(Rows.ofArray("[]"));
        assertThat(count.last()).isEqualTo(9);
        assertThat(count.complete()).isTrue();
        count.verify(2, 2);
    }

    @Test
    void fewerRowsThanAcknowledgedAreLostMoreAreTwice() {
        count.add(Rows.ofArray("[{\"id\":6}]"));

        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> count.verify(2, 2))
                .withMessageContaining("lost");
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> count.verify(0, 0))
                .withMessageContaining("twice");
    }

    @Test
    void whatGotNoAnswerMayBeThereOrNot() {
        count.add(Rows.ofArray("[{\"id\":6}]"));

        count.verify(0, 3);
        count.verify(1, 3);
    }

    @Test
    void aRowThatComesAgainIsAnError() {
        count.add(Rows.ofArray("[{\"id\":6},{\"id\":9}]"));

        assertThatExceptionOfType(ContentException.class).isThrownBy(() -> count.add(Rows.ofArray("[{\"id\":9}]")));
    }

    @Test
    void anIngestMustCommitEveryRow() {
        IngestAnswer answer = IngestAnswer.parse("{\"committed\":100}\n{\"committed\":150,\"rejected\":50}\n");

        assertThat(answer.committed()).isEqualTo(150);
        answer.verify(150);
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> answer.verify(200))
                .withMessageContaining("150 of 200");
        assertThatExceptionOfType(ContentException.class).isThrownBy(() -> IngestAnswer.parse(""));
    }
}
