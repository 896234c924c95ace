package io.sluice.gateway.rest;

import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.WritePlanner.Wanted;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What a request asks for, in its query string and its headers. */
record Asked(ApiQuery query, Representation representation, Preferences preferences) {

    static Asked of(ServerRequest request, ApiQuery query) {
        Preferences preferences = Preferences.of(request.headers().asHttpHeaders());
        if (preferences.is("handling", "strict") && !preferences.unknown().isEmpty()) {
            throw RestErrors.invalidPreferences(preferences.unknown());
        }
        return new Asked(query, Representation.of(request.headers().header("Accept")), preferences);
    }

    /** What a write should answer. */
    Wanted wanted() {
        if (preferences.is("return", "representation")) {
            return Wanted.ROWS;
        }
        return preferences.is("return", "headers-only") ? Wanted.KEY : Wanted.NOTHING;
    }

    /** What to do with rows that are there already: update them, leave them alone, or (null) fail. */
    @Nullable
    Boolean merge() {
        String resolution = preferences.get("resolution");
        return resolution == null ? null : resolution.equals("merge-duplicates");
    }
}
