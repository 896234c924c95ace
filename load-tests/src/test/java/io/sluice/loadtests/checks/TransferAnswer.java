package io.sluice.loadtests.checks;

import com.fasterxml.jackson.databind.JsonNode;

/** What may become of a transfer of a load test. */
public enum TransferAnswer {
    CREATED,
    /** Nothing was moved, because the debit account would have gone below zero: a right answer, not a failure. */
    REFUSED;

    /**
     * The answer to a transfer that was not sent before.
     *
     * @throws ContentException when it is neither created nor refused for lack of funds
     */
    public static TransferAnswer ofFirst(String body) {
        return switch (outcome(body)) {
            case "created" -> CREATED;
            case "exceeds_credits" -> REFUSED;
            default -> throw unexpected(body);
        };
    }

    /**
     * The answer to a transfer that is sent again because nobody knows what became of it.
     *
     * @throws ContentException when the answer does not settle it
     */
    public static TransferAnswer ofRepeat(String body) {
        return switch (outcome(body)) {
            case "created", "exists" -> CREATED;
            case "exceeds_credits", "id_already_failed" -> REFUSED;
            default -> throw unexpected(body);
        };
    }

    /** From {@code outcome} or, in an error body, from {@code code}. */
    private static String outcome(String body) {
        JsonNode answer = Rows.parse(body);
        return answer.hasNonNull("outcome") ? Rows.textOf(answer, "outcome") : Rows.textOf(answer, "code");
    }

    private static ContentException unexpected(String body) {
        return new ContentException("has an outcome that it must not have", body);
    }
}
