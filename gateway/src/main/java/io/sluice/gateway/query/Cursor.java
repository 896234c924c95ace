package io.sluice.gateway.query;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The text that names a row's place in an order: URL-safe base64 of a JSON array with a mark of the order and the row's
 * values. A text with a dot in it is none, so a column may be called {@code after}.
 */
public final class Cursor {

    private Cursor() {}

    /** Whether the value of a parameter {@code after} is a cursor (or nothing), and no filter. */
    static boolean looksLikeCursor(String value) {
        return value.indexOf('.') < 0;
    }

    /** Makes a cursor of the JSON array that the database put together. */
    public static String of(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    static String of(List<Keyset.Term> terms, List<@Nullable String> values) {
        List<@Nullable String> all = new ArrayList<>(values.size() + 1);
        all.add(mark(terms));
        all.addAll(values);
        return of(JsonMapper.shared().writeValueAsString(all));
    }

    /** Says which order a cursor is for; as short as it can be without mixing up the orders of one table. */
    static String mark(List<Keyset.Term> terms) {
        return Integer.toHexString(terms.toString().hashCode());
    }

    static List<@Nullable String> read(String cursor, List<Keyset.Term> terms) {
        JsonNode array = parse(cursor);
        if (!array.isArray() || array.size() != terms.size() + 1) {
            throw unknown(cursor);
        }
        if (!mark(terms).equals(array.path(0).asString(""))) {
            throw KeysetPlanner.refusal(
                    "The page behind 'after' was ordered in another way", "Keep the order, or begin without 'after'.");
        }
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 1; i < array.size(); i++) {
            values.add(array.path(i).isNull() ? null : array.path(i).asString(""));
        }
        return values;
    }

    private static JsonNode parse(String cursor) {
        try {
            return JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(cursor));
        } catch (IllegalArgumentException | JacksonException e) {
            throw unknown(cursor);
        }
    }

    private static RuntimeException unknown(String cursor) {
        return KeysetPlanner.refusal(
                "'" + cursor + "' names no row", "Follow the link of the page before, or begin with an empty 'after'.");
    }
}
