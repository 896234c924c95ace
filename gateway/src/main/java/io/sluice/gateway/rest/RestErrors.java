package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Refusals of the HTTP side, in PostgREST's words. */
final class RestErrors {

    private RestErrors() {}

    static ApiException noCall(String method) {
        return new ApiException(
                HttpStatus.METHOD_NOT_ALLOWED, "PGRST101", "Cannot use the " + method + " method on RPC", null, null);
    }

    static ApiException keyMismatch() {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST115",
                "Payload values do not match URL in primary key column(s)",
                null,
                null);
    }

    static ApiException tooManyAffected(long rows) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST124",
                "Query result exceeds max-affected preference constraint",
                "The query affects " + rows + " rows",
                null);
    }

    static ApiException repeatedKeys(long rows) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "SLUICE113",
                rows + " rows of the body have the key of another one",
                null,
                "Send each key once: which of two changes counts, nobody could say.");
    }

    static ApiException notSingular(long rows) {
        return new ApiException(
                HttpStatus.NOT_ACCEPTABLE,
                "PGRST116",
                "Cannot coerce the result to a single JSON object",
                "The result contains " + rows + " rows",
                null);
    }

    static ApiException notASet() {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST128",
                "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
                null,
                null);
    }

    static ApiException invalidPreferences(List<String> preferences) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST122",
                "Invalid preferences given with handling=strict",
                "Invalid preferences: " + String.join(", ", preferences),
                null);
    }
}
