package io.sluice.gateway.rest;

import io.sluice.gateway.query.Cursor;
import io.sluice.gateway.query.QueryParser;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * A client's wish for pages that begin behind a row: {@code Prefer: pages=keyset}, or the parameter {@code after}.
 *
 * @param after the row, as the link of the page before named it; null for the first page
 * @param url the URL of the pages up to the value of {@code after}
 */
record KeysetPages(@Nullable String after, String url) {

    private static final String PARAMETER = "after";

    /** The wish of a request; null where it has none. */
    static @Nullable KeysetPages of(ServerRequest request, Asked asked) {
        String after = asked.query().after();
        if (after == null && !asked.preferences().is("pages", "keyset")) {
            return null;
        }
        String rest = QueryParser.canonicalWithout(request.uri().getRawQuery(), PARAMETER);
        String url = asked.path(request) + "?" + (rest.isEmpty() ? "" : rest + "&") + PARAMETER + "=";
        return new KeysetPages(after, url);
    }

    /** The header {@code Link} of an answer whose last row is followed by others; null where it is the last page. */
    @Nullable
    String next(Outcome outcome) {
        String last = outcome.frame().key();
        return last == null ? null : "<" + url + Cursor.of(last) + ">; rel=\"next\"";
    }
}
