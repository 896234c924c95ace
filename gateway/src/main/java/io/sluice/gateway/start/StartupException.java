package io.sluice.gateway.start;

/** A reason not to start that the operator can mend; its message is the one line that is shown. */
public final class StartupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartupException(String message) {
        super(message);
    }

    StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
