package io.sluice.gateway.ingest;

import io.sluice.gateway.query.NearestName;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The name that somebody may have meant. */
final class Names {

    private Names() {}

    static @Nullable String hint(String name, Collection<String> known) {
        String nearest = NearestName.of(name, known, NearestName.LOOSE);
        return nearest == null ? null : "Perhaps you meant '" + nearest + "'.";
    }
}
