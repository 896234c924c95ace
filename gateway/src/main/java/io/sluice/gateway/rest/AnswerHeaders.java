package io.sluice.gateway.rest;

import org.jspecify.annotations.Nullable;

/**
 * What of a request goes into the headers of its answer.
 *
 * @param profile the schema that was chosen, where there is a choice
 * @param location where the resource is: its path, and the query in canonical form
 * @param path its path alone
 */
record AnswerHeaders(Preferences preferences, @Nullable String profile, String location, String path) {

    @Nullable
    String applied(String... keys) {
        return preferences.applied(keys);
    }
}
