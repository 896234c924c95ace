package io.sluice.loadtests;

/** A setting that cannot be used; the message names it, its value and what is expected. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
