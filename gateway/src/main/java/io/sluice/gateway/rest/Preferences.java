package io.sluice.gateway.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The {@code Prefer} headers. The first value of a key counts; what is not known is kept aside.
 *
 * @param known accepted preferences by key
 * @param unknown the others, as written
 */
record Preferences(Map<String, String> known, List<String> unknown) {

    static final String HEADER = "Prefer";

    private static final Map<String, Set<String>> VALUES = Map.of(
            "return", Set.of("minimal", "headers-only", "representation"),
            "count", Set.of("exact", "planned", "estimated"),
            "resolution", Set.of("merge-duplicates", "ignore-duplicates"),
            "missing", Set.of("default", "null"),
            "isolation", Set.of("read-committed", "repeatable-read", "serializable"),
            "update", Set.of("by-key"),
            "pages", Set.of("keyset"),
            "tx", Set.of("commit", "rollback"),
            "handling", Set.of("strict", "lenient"));

    static Preferences of(HttpHeaders headers) {
        Map<String, String> known = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String header : headers.getOrEmpty(HEADER)) {
            for (String preference : header.split(",", -1)) {
                add(preference.trim(), known, unknown);
            }
        }
        return new Preferences(known, unknown);
    }

    private static void add(String preference, Map<String, String> known, List<String> unknown) {
        int equals = preference.indexOf('=');
        String key = equals < 0 ? preference : preference.substring(0, equals).trim();
        String value = equals < 0 ? "" : preference.substring(equals + 1).trim();
        if (isKnown(key, value)) {
            known.putIfAbsent(key, value);
        } else if (!preference.isEmpty()) {
            unknown.add(preference);
        }
    }

    private static boolean isKnown(String key, String value) {
        if (key.equals("timezone")) {
            return !value.isEmpty();
        }
        if (key.equals("wait")) {
            return isNumber(value) && value.length() < 6 && Integer.parseInt(value) > 0;
        }
        if (key.equals("max-affected")) {
            return isNumber(value) && value.length() < 10;
        }
        return VALUES.getOrDefault(key, Set.of()).contains(value);
    }

    private static boolean isNumber(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Nullable
    String get(String key) {
        return known.get(key);
    }

    /** What {@code Preference-Applied} says, of these keys; null where none was given. */
    @Nullable
    String applied(String... keys) {
        StringJoiner applied = new StringJoiner(", ");
        for (String key : keys) {
            boolean counts = !key.equals("max-affected") || is("handling", "strict");
            if (counts && known.containsKey(key)) {
                applied.add(key + "=" + known.get(key));
            }
        }
        if (known.containsKey("wait")) {
            // Whatever the request is.
            applied.add("wait=" + known.get("wait"));
        }
        return applied.length() == 0 ? null : applied.toString();
    }

    Preferences without(String key) {
        Map<String, String> others = new LinkedHashMap<>(known);
        others.remove(key);
        return new Preferences(others, unknown);
    }

    boolean is(String key, String value) {
        return value.equals(known.get(key));
    }
}
