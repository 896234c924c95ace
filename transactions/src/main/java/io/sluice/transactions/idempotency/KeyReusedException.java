package io.sluice.transactions.idempotency;

/** The key belongs to a request with other content. Nothing was done. Stackless. */
public final class KeyReusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KeyReusedException() {
        super("this idempotency key was used for another request", null, false, false);
    }
}
