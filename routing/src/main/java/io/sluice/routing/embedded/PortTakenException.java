package io.sluice.routing.embedded;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A server could not have its port. */
final class PortTakenException extends EmbeddedClusterException {

    @Serial
    private static final long serialVersionUID = 1L;

    PortTakenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
