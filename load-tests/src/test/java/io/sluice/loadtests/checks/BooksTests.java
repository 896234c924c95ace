package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class BooksTests {

    private final Books books = new Books(3);

    @Test
    void everyAccountMustHoldWhatItsTransfersMake() {
        books.created(0, 1, 50);
        books.created(1, 0, 20);
        books.refused();

        books.verify(0, "a", 50, 20);
        books.verify(1, "b", 20, 50);
        books.verify(2, "c", 0, 0);
        assertThat(books.createdCount()).isEqualTo(2);
        assertThat(books.refusedCount()).isEqualTo(1);
    }

    @Test
    void aDifferenceNamesTheAccountAndBothSides() {
        books.created(0, 1, 50);

        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> books.verify(0, "a", 100, 0))
                .withMessageContaining("account a with debits 100 and credits 0")
                .withMessageContaining("make debits 50 and credits 0");
    }

    @Test
    void sumsOfDebitsAndCreditsMustBeEqual() {
        Balance balance = new Balance();
        balance.add(50, 20);
        balance.add(20, 50);
        balance.verify();
        assertThat(balance.count()).isEqualTo(2);

        balance.add(1, 0);
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(balance::verify)
                .withMessageContaining("money was lost");
    }
}
