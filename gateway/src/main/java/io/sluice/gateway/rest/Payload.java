package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.QueryParser;
import io.sluice.gateway.query.WritePlan.Shape;
import io.sluice.gateway.query.WritePlanner.Body;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Bodies of writes: JSON as it came, and CSV and forms as JSON. */
final class Payload {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final MediaType CSV = new MediaType("text", "csv");

    private Payload() {}

    /**
     * Understands a body as far as the columns that it sets.
     *
     * @param columns what {@code columns=} says: then JSON is not looked at, PostgreSQL will
     */
    static Body read(@Nullable MediaType type, byte[] bytes, @Nullable List<String> columns) {
        if (type == null || type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
            return json(bytes, columns);
        }
        if (CSV.equalsTypeAndSubtype(type)) {
            List<Map<String, String>> rows = Csv.parse(new String(bytes, StandardCharsets.UTF_8));
            Set<String> names = rows.isEmpty() ? Set.of() : rows.get(0).keySet();
            return new Body(MAPPER.writeValueAsString(rows), Shape.ARRAY, names);
        }
        if (MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(type)) {
            Map<String, String> form = QueryParser.form(new String(bytes, StandardCharsets.UTF_8));
            return new Body(MAPPER.writeValueAsString(form), Shape.OBJECT, form.keySet());
        }
        throw invalid("Content-Type not acceptable: " + type.getType() + "/" + type.getSubtype());
    }

    private static Body json(byte[] bytes, @Nullable List<String> columns) {
        String json = new String(bytes, StandardCharsets.UTF_8);
        if (columns != null) {
            return new Body(json, json.stripLeading().startsWith("[") ? Shape.ARRAY : Shape.OBJECT, columns);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            return body(json, parser);
        } catch (JacksonException e) {
            throw invalid("Empty or invalid json");
        }
    }

    private static Body body(String json, JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw invalid("Empty or invalid json");
        }
        if (first == JsonToken.START_OBJECT) {
            Set<String> names = names(parser);
            requireEnd(parser);
            return new Body(json, Shape.OBJECT, names);
        }
        if (first != JsonToken.START_ARRAY) {
            requireEnd(parser);
            return new Body("[]", Shape.ARRAY, List.of());
        }
        Collection<String> names = commonNames(parser);
        requireEnd(parser);
        return new Body(json, Shape.ARRAY, names);
    }

    private static Collection<String> commonNames(JsonParser parser) {
        Set<String> names = null;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw invalid("All object keys must match");
            }
            Set<String> those = names(parser);
            if (names != null && !names.equals(those)) {
                throw invalid("All object keys must match");
            }
            names = those;
        }
        return names == null ? List.of() : names;
    }

    private static Set<String> names(JsonParser parser) {
        Set<String> names = new LinkedHashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            names.add(parser.currentName());
            parser.nextToken();
            parser.skipChildren();
        }
        return names;
    }

    private static void requireEnd(JsonParser parser) {
        if (parser.nextToken() != null) {
            throw invalid("Empty or invalid json");
        }
    }

    static ApiException invalid(String message) {
        return new ApiException(HttpStatus.BAD_REQUEST, "PGRST102", message, null, null);
    }
}
