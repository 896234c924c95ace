package io.sluice.routing.embedded;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A cluster could not be started, or a server did not do what it was told; the message says what to do about it. */
public class EmbeddedClusterException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public EmbeddedClusterException(String message) {
        super(message);
    }

    public EmbeddedClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
