package io.sluice.gateway.rest;

import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.LegacyNames;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.PlanLimits;
import io.sluice.gateway.query.QueryParser;
import io.sluice.gateway.query.SelectItem;
import io.sluice.gateway.query.WritePlanner.Wanted;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.text.EntityTag;
import io.sluice.transactions.idempotency.IdempotencyKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * What a request asks for, in its query string and its headers.
 *
 * @param key under which a write is done once; null for reads, and where none is given
 */
record Asked(
        ApiQuery query,
        Accept accept,
        Representation representation,
        Preferences preferences,
        Conditions conditions,
        Page headerRange,
        String publicPath,
        @Nullable IdempotencyKey key) {

    private static final Representation JSON =
            Objects.requireNonNull(Representation.builtIn(MediaType.APPLICATION_JSON));

    /**
     * What a write depends on.
     *
     * @param match the header {@code If-Match}, empty where there is none
     * @param create {@code If-None-Match: *}: only where there is nothing yet
     * @param lastEvent {@code Last-Event-ID}: the rest of a stream of events behind that one, null where there is none
     */
    record Conditions(
            List<String> match, boolean create, @Nullable String lastEvent) {

        static Conditions of(HttpHeaders headers) {
            return new Conditions(
                    headers.getOrEmpty(HttpHeaders.IF_MATCH),
                    EntityTag.isAny(headers.getOrEmpty(HttpHeaders.IF_NONE_MATCH)),
                    headers.getFirst("Last-Event-ID"));
        }

        boolean needsCheck() {
            return !match.isEmpty();
        }
    }

    private static final String INTERNAL_PATH = "/rest/v1";

    static Asked of(ServerRequest request, ApiQuery query, Sessions sessions) {
        Preferences preferences =
                sessions.honoured(Preferences.of(request.headers().asHttpHeaders()));
        if (preferences.is("handling", "strict") && !preferences.unknown().isEmpty()) {
            throw RestErrors.invalidPreferences(preferences.unknown());
        }
        Page range = request.method().equals(HttpMethod.GET)
                ? ContentRange.requested(request.headers().asHttpHeaders())
                : Page.ALL;
        return new Asked(
                query,
                Accept.of(request.headers().header("Accept")),
                JSON,
                preferences,
                Conditions.of(request.headers().asHttpHeaders()),
                range,
                sessions.publicPath(),
                null);
    }

    Asked under(@Nullable IdempotencyKey name) {
        return name == null
                ? this
                : new Asked(query, accept, representation, preferences, conditions, headerRange, publicPath, name);
    }

    /** The same with the representation that is wanted most of those that there are for a table or a function. */
    Asked negotiated(Schema schema, QualifiedName target, PlanLimits limits) {
        boolean whole = query.select().equals(List.of(new SelectItem.AllColumns()));
        Representation chosen = accept.choose(
                type -> schema.mediaHandlers().find(target, whole, type, limits.schemas()), limits.plans());
        return new Asked(query, accept, chosen, preferences, conditions, headerRange, publicPath, key);
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

    /** Whether each row of the body of a {@code PATCH} changes the row that has its key. */
    boolean byKey() {
        return preferences.is("update", "by-key");
    }

    /** The path as clients see it. */
    String path(ServerRequest request) {
        return publicPath + request.uri().getRawPath().substring(INTERNAL_PATH.length());
    }

    AnswerHeaders answerHeaders(ServerRequest request, Profile profile) {
        String canonical = QueryParser.canonical(request.uri().getRawQuery());
        String path = path(request);
        return new AnswerHeaders(
                preferences,
                profile.answered(),
                canonical.isEmpty() ? path : path + "?" + canonical,
                path,
                LegacyNames.warning(query));
    }
}
