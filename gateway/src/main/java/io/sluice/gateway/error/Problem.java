package io.sluice.gateway.error;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.util.RawValue;

/** An error as a client sees it: a status, a body, and whether and when to try again. */
public record Problem(int status, ErrorBody body, boolean retryable, Map<String, String> headers) {

    public Problem(int status, ErrorBody body, boolean retryable) {
        this(status, body, retryable, Map.of());
    }

    /** What to tell the client about {@code error}. Pure: no logging, no I/O. */
    public static Problem of(Throwable error, boolean authenticated) {
        if (error instanceof ApiException refusal) {
            return of(refusal);
        }
        if (error instanceof PostgresqlException fromServer) {
            return of(fromServer.getErrorDetails(), authenticated);
        }
        if (isUnavailable(error)) {
            return unavailable(error);
        }
        if (error instanceof R2dbcException database) {
            return new Problem(500, body("SLUICE500", message(database), null, null), false);
        }
        return ofHttp(error);
    }

    /** The HTTP status that an error of PostgreSQL's has as an answer of its own. */
    public static int statusOf(String sqlState, String message) {
        return SqlStates.httpStatus(sqlState, message, false);
    }

    private static Problem of(ApiException refusal) {
        Object details = refusal.hasJsonDetails() ? new RawValue(refusal.details()) : refusal.details();
        ErrorBody body = new ErrorBody(refusal.code(), refusal.message(), details, refusal.hint());
        return new Problem(refusal.status().value(), body, refusal.retryable());
    }

    private static Problem of(ErrorDetails details, boolean authenticated) {
        if (details.getCode().equals(RaisedAnswer.SQLSTATE)) {
            return RaisedAnswer.of(details.getMessage(), details.getDetail().orElse(null));
        }
        int status = SqlStates.httpStatus(details.getCode(), details.getMessage(), authenticated);
        ErrorBody body = body(
                details.getCode(),
                details.getMessage(),
                details.getDetail().orElse(null),
                details.getHint().orElse(null));
        return new Problem(status, body, status == 503);
    }

    private static boolean isUnavailable(Throwable error) {
        return error instanceof R2dbcTimeoutException
                || error instanceof R2dbcTransientResourceException
                || error instanceof R2dbcNonTransientResourceException;
    }

    private static Problem unavailable(Throwable error) {
        String code = error instanceof R2dbcTimeoutException ? "PGRST003" : "PGRST001";
        String hint = "Try again after the seconds that Retry-After names.";
        return new Problem(503, body(code, message(error), null, hint), true);
    }

    private static Problem ofHttp(Throwable error) {
        if (rootOf(error, DataBufferLimitException.class).isPresent()) {
            return new Problem(413, body("SLUICE413", message(error), null, null), false);
        }
        if (error instanceof ResponseStatusException status) {
            int code = status.getStatusCode().value();
            return code == 404
                    ? new Problem(404, body("PGRST125", "Invalid path specified in request URL", null, null), false)
                    : new Problem(code, body("SLUICE" + code, message(status), null, null), false);
        }
        if (error instanceof DecodingException) {
            return new Problem(400, body("PGRST102", message(error), null, null), false);
        }
        String message = "The gateway failed to answer; its log says why.";
        return new Problem(500, body("SLUICE500", message, error.getClass().getSimpleName(), null), false);
    }

    private static ErrorBody body(String code, String message, @Nullable String details, @Nullable String hint) {
        return new ErrorBody(code, message, details, hint);
    }

    private static String message(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    private static <T extends Throwable> Optional<T> rootOf(Throwable error, Class<T> type) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return Optional.of(type.cast(at));
            }
        }
        return Optional.empty();
    }
}
