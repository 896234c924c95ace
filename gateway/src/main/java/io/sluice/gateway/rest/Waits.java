package io.sluice.gateway.rest;

import io.r2dbc.spi.R2dbcException;
import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.execute.Deadline;
import io.sluice.routing.Routing;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;

/** Keeps to {@code Prefer: wait}: nothing begins after it, and the server ends what takes longer. */
final class Waits {

    private static final String CANCELLED = "57014";

    private Waits() {}

    /** Waits no longer for a connection, and says in the client's words when the server cancelled what ran too long. */
    static <T> Flux<T> until(Deadline deadline, Flux<T> work) {
        return Flux.defer(() -> work.contextWrite(Routing.acquireWithin(deadline.remaining())))
                .onErrorMap(error -> explained(deadline, error));
    }

    /** Refuses to begin what nobody waits for any more: the wait for the connection took all the time. */
    static void begin(Deadline deadline) {
        if (deadline.isOver()) {
            throw noConnection(deadline);
        }
    }

    /** What became of the time that a client had, where that is why the server cancelled. */
    static Throwable explained(@Nullable Deadline deadline, Throwable error) {
        return deadline != null && error instanceof R2dbcException database && CANCELLED.equals(database.getSqlState())
                ? new ApiException(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "SLUICE115",
                        "Not done within " + seconds(deadline) + " s",
                        error.getMessage(),
                        "Nothing was written. Ask for less, or wait longer with Prefer: wait.")
                : error;
    }

    private static ApiException noConnection(Deadline deadline) {
        return new ApiException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "PGRST003",
                "No connection became free within " + seconds(deadline) + " s",
                null,
                "Try again after the seconds that Retry-After names.");
    }

    private static String seconds(Deadline deadline) {
        return Long.toString(deadline.wanted().toSeconds());
    }
}
