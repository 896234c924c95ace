package io.sluice.loadtests.deployment;

/** The deployment cannot be tested as it is; the message is one line that says why and what to do. */
public final class NotReadyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotReadyException(String message) {
        super(message, null, false, false);
    }
}
