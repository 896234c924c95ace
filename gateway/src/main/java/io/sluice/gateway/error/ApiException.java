package io.sluice.gateway.error;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/** A refusal with its HTTP status and the body that explains it. Stackless: it is an answer, not a fault. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String details;
    private final @Nullable String hint;
    private final boolean jsonDetails;
    private final boolean retryable;

    public ApiException(
            HttpStatusCode status, String code, String message, @Nullable String details, @Nullable String hint) {
        this(status, code, message, details, hint, false, status.value() == 503);
    }

    private ApiException(
            HttpStatusCode status,
            String code,
            String message,
            @Nullable String details,
            @Nullable String hint,
            boolean jsonDetails,
            boolean retryable) {
        super(message, null, false, false);
        this.jsonDetails = jsonDetails;
        this.retryable = retryable;
        this.status = status.value();
        this.code = code;
        this.details = details;
        this.hint = hint;
    }

    /** A refusal whose details are JSON and not text. */
    public static ApiException withJsonDetails(
            HttpStatusCode status, String code, String message, String details, @Nullable String hint) {
        return new ApiException(status, code, message, details, hint, true, status.value() == 503);
    }

    /** The same, with {@code Retry-After}; every 503 has that anyway. */
    public ApiException andRetry() {
        return new ApiException(status(), code, message(), details, hint, jsonDetails, true);
    }

    /** Whether the client is told to try again soon. */
    public boolean retryable() {
        return retryable;
    }

    public HttpStatusCode status() {
        return HttpStatusCode.valueOf(status);
    }

    /** PostgREST's code where it has one, {@code SLUICE...} otherwise. */
    public String code() {
        return code;
    }

    /** The sentence that names what was wrong. */
    public String message() {
        return String.valueOf(getMessage());
    }

    public @Nullable String details() {
        return details;
    }

    /** Whether {@link #details()} is JSON. */
    public boolean hasJsonDetails() {
        return jsonDetails;
    }

    public @Nullable String hint() {
        return hint;
    }
}
