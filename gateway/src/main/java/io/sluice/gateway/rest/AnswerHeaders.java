package io.sluice.gateway.rest;

import org.jspecify.annotations.Nullable;

/**
 * What of a request goes into the headers of its answer.
 *
 * @param profile the schema that was chosen, where there is a choice
 * @param location where the resource is: its path, and the query in canonical form; null where no URL leads to it
 * @param path its path alone
 * @param warning what should be done otherwise in the future
 */
record AnswerHeaders(
        Preferences preferences,
        @Nullable String profile,
        @Nullable String location,
        String path,
        @Nullable String warning) {

    /** The same for an answer to a query that no URL holds. */
    AnswerHeaders elsewhere() {
        return new AnswerHeaders(preferences, profile, null, path, warning);
    }

    @Nullable
    String applied(String... keys) {
        return preferences.applied(keys);
    }
}
