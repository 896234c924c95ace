package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.schema.MediaHandler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * What a client accepts, the most wanted first.
 *
 * @param headers as they came
 */
record Accept(List<MediaType> types, List<String> headers) {

    static Accept of(List<String> headers) {
        List<MediaType> types = new ArrayList<>();
        for (String header : headers) {
            for (String element : header.split(",", -1)) {
                types.add(type(element.trim()));
            }
        }
        if (types.isEmpty()) {
            types.add(MediaType.ALL);
        }
        types.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
        return new Accept(types, headers);
    }

    /**
     * What is no media type at all cannot be available either. Parameters from the first one on that cannot be read are
     * left out: some clients end their list with a semicolon, or with {@code options=;}.
     */
    private static MediaType type(String element) {
        for (int end = element.length(); end > 0; end = element.lastIndexOf(';', end - 1)) {
            try {
                return MediaType.parseMediaType(element.substring(0, end));
            } catch (InvalidMediaTypeException e) {
                // Once more with less of it.
            }
        }
        return new MediaType("x-invalid", "x-invalid");
    }

    /**
     * The representation that is wanted most of those that there are.
     *
     * @param handlers media types that are defined in SQL, by name
     * @param plans whether a plan may be asked for
     */
    Representation choose(Function<String, @Nullable MediaHandler> handlers, boolean plans) {
        for (MediaType type : types) {
            Explain explain = plans ? Explain.of(type) : null;
            Representation chosen = explain == null
                    ? representation(type, handlers)
                    : explained(representation(explain.subject(), handlers), explain);
            if (chosen != null) {
                return chosen;
            }
        }
        throw unavailable();
    }

    private static @Nullable Representation representation(
            MediaType type, Function<String, @Nullable MediaHandler> handlers) {
        String name = (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
        MediaHandler handler = name.startsWith("application/vnd.pgrst.") ? null : handlers.apply(name);
        return handler == null ? Representation.builtIn(type) : Representation.defined(handler);
    }

    private static @Nullable Representation explained(@Nullable Representation subject, Explain explain) {
        return subject == null ? null : subject.explained(explain);
    }

    private static boolean isGeoJson(MediaType type) {
        return type.getType().equals("application") && type.getSubtype().equals("geo+json");
    }

    ApiException unavailable() {
        return new ApiException(
                HttpStatus.NOT_ACCEPTABLE,
                "PGRST107",
                "None of these media types are available: " + String.join(", ", headers),
                null,
                types.stream().anyMatch(Accept::isGeoJson)
                        ? "application/geo+json needs PostGIS 3 in the database, whose ST_AsGeoJSON makes features of rows."
                        : null);
    }
}
