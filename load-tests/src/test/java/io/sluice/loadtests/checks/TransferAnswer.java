package io.sluice.loadtests.checks;

import com.fasterxml.jackson.databind.JsonNode;

/** What may become of a transfer that a load test sends once. */
public enum TransferAnswer {
    CREATED,
    /** The debit account would have gone below zero: a right answer, not a failure. */
    INSUFFICIENT_FUNDS;

    /**
     * Reads the answer to a single transfer, from {@code outcome} or, in an error body, from {@code code}.
     *
     * @throws ContentException for any other outcome
     */
    public static TransferAnswer parse(String body) {
        JsonNode answer = Rows.parse(body);
        String outcome = answer.hasNonNull("outcome") ? Rows.textOf(answer, "outcome") : Rows.textOf(answer, "code");
        return switch (outcome) {
            case "created" -> CREATED;
            case "exceeds_credits" -> INSUFFICIENT_FUNDS;
            default -> throw new ContentException("has an outcome that it must not have", body);
        };
    }
}
