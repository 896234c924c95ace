package io.sluice.transactions.idempotency;

/** A request with the same key runs at this moment. Nothing was done; its answer will be there soon. Stackless. */
public final class RequestInFlightException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RequestInFlightException() {
        super("a request with this idempotency key is being worked on", null, false, false);
    }
}
