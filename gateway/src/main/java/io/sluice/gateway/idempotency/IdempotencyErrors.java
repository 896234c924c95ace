package io.sluice.gateway.idempotency;

import io.sluice.gateway.error.ApiException;
import io.sluice.transactions.idempotency.KeyReusedException;
import io.sluice.transactions.idempotency.RequestInFlightException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** Refusals of writes because of their key. Nothing was done where one of them is answered. */
public final class IdempotencyErrors {

    private IdempotencyErrors() {}

    static ApiException missing(String target) {
        return refusal(
                HttpStatus.BAD_REQUEST,
                "SLUICE102",
                "A write to '" + target + "' needs the header Idempotency-Key",
                "Make a UUID for each write, and send the same one when you repeat it.");
    }

    static ApiException malformed(String header) {
        return refusal(
                HttpStatus.BAD_REQUEST,
                "SLUICE103",
                "The header Idempotency-Key holds '" + header + "', which is no key",
                "Once, 1 to 255 printable ASCII characters, with or without quotes around them.");
    }

    /** The answer is larger than what is kept. */
    public static ApiException tooLarge(long most) {
        return refusal(
                HttpStatus.CONTENT_TOO_LARGE,
                "SLUICE106",
                "The answer is longer than the " + most + " bytes that are kept under an Idempotency-Key",
                "Ask for less (select=, Prefer: return=minimal), or raise sluice.idempotency.max-answer.");
    }

    /** An error of the store as the client is told; others as they are. */
    public static Throwable translate(Throwable error) {
        if (error instanceof KeyReusedException) {
            return refusal(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "SLUICE104",
                    "This Idempotency-Key was used for another request",
                    "A repeat has the same method, path, query, Accept, Content-Type, Content-Profile, Prefer and body.");
        }
        if (error instanceof RequestInFlightException) {
            return refusal(
                            HttpStatus.CONFLICT,
                            "SLUICE105",
                            "A request with this Idempotency-Key is being worked on",
                            "Send it again after the seconds that Retry-After names.")
                    .andRetry();
        }
        return error;
    }

    private static ApiException refusal(HttpStatusCode status, String code, String message, String hint) {
        return new ApiException(status, code, message, null, hint);
    }
}
