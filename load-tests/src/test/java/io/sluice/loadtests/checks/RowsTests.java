package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RowsTests {

    @Test
    void aPointReadIsOneRowWithItsId() {
        assertThat(Rows.one(Rows.ofArray("[{\"id\":7,\"item\":\"x\"}]"), 7)
                        .path("item")
                        .asText())
                .isEqualTo("x");

        refuses(() -> Rows.one(Rows.ofArray("[]"), 7), "id 7");
        refuses(() -> Rows.one(Rows.ofArray("[{\"id\":8}]"), 7), "id 7");
        refuses(() -> Rows.one(Rows.ofArray("[{\"id\":7},{\"id\":7}]"), 7), "id 7");
        refuses(() -> Rows.one(Rows.ofArray("[{\"id\":\"7\"}]"), 7), "whole number 'id'");
    }

    @Test
    void anErrorBodyIsNoArray() {
        refuses(() -> Rows.ofArray("{\"code\":\"42P01\"}"), "42P01");
        refuses(() -> Rows.ofArray("[{\"id\":1}"), "not JSON");
        refuses(() -> Rows.ofArray(""), "empty");
    }

    @Test
    void aPageIsOfOneCustomerNewestFirst() {
        Rows.pageOf(1, 2, Rows.ofArray("[{\"id\":9,\"customer_id\":1},{\"id\":4,\"customer_id\":1}]"));
        Rows.pageOf(1, 2, Rows.ofArray("[]"));

        refuses(
                () -> Rows.pageOf(1, 2, Rows.ofArray("[{\"id\":4,\"customer_id\":1},{\"id\":9,\"customer_id\":1}]")),
                "descending");
        refuses(() -> Rows.pageOf(1, 2, Rows.ofArray("[{\"id\":4,\"customer_id\":2}]")), "another customer");
        refuses(
                () -> Rows.pageOf(1, 1, Rows.ofArray("[{\"id\":9,\"customer_id\":1},{\"id\":4,\"customer_id\":1}]")),
                "more than the limit 1");
    }

    @Test
    void aStreamHasEnoughRowsInOrder() {
        Rows.after(3, 2, 2, Rows.ofLines("{\"id\":4}\n{\"id\":9}\n"));

        refuses(() -> Rows.after(3, 3, 3, Rows.ofLines("{\"id\":4}\n{\"id\":9}\n")), "2 rows");
        refuses(() -> Rows.after(3, 1, 2, Rows.ofLines("{\"id\":4}\n{\"id\":4}\n")), "id 4 after id 4");
        refuses(() -> Rows.after(4, 1, 2, Rows.ofLines("{\"id\":4}\n")), "id 4 after id 4");
    }

    @Test
    void aStreamThatEndsWithinALineWasCut() {
        refuses(() -> Rows.ofLines("{\"id\":4}\n{\"id\":9}"), "cut");
        refuses(() -> Rows.ofLines("{\"id\":4}\n{\"i\n"), "not JSON");
    }

    @Test
    void aLongAnswerIsShortenedInTheMessage() {
        assertThatExceptionOfType(ContentException.class)
                .isThrownBy(() -> Rows.ofArray("{\"message\":\"" + "x".repeat(10_000) + "\"}"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    private static void refuses(ThrowingCallable check, String message) {
        assertThatExceptionOfType(ContentException.class).isThrownBy(check).withMessageContaining(message);
    }
}
