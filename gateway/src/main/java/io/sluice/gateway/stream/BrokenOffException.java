package io.sluice.gateway.stream;

/** A run has ended early, and another one follows. Stackless: it never gets any further. */
final class BrokenOffException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokenOffException(Throwable cause) {
        super(cause.getMessage(), cause, false, false);
    }
}
