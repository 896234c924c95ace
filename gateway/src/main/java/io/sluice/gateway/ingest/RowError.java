package io.sluice.gateway.ingest;

import io.sluice.gateway.text.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Why a row did not go in.
 *
 * @param row its number in the upload, from 1; 0 where the server did not say which row it was
 * @param line where it begins in the upload, from 1; 0 where that is not known
 * @param code PostgreSQL's SQLSTATE, or PGRST102 where the row could not be read
 */
record RowError(
        long row,
        long line,
        @Nullable String column,
        @Nullable String constraint,
        String code,
        String message,
        @Nullable String details,
        @Nullable String hint) {

    String json() {
        StringBuilder json = new StringBuilder(160);
        json.append('{');
        if (row > 0) {
            json.append("\"row\":")
                    .append(row)
                    .append(",\"line\":")
                    .append(line)
                    .append(',');
        }
        member(json, "code", code);
        json.append(',');
        member(json, "message", message);
        optional(json, "column", column);
        optional(json, "constraint", constraint);
        optional(json, "details", details);
        optional(json, "hint", hint);
        return json.append('}').toString();
    }

    private static void optional(StringBuilder json, String key, @Nullable String value) {
        if (value != null) {
            json.append(',');
            member(json, key, value);
        }
    }

    private static void member(StringBuilder json, String key, String value) {
        json.append('"').append(key).append("\":").append(new String(JsonText.quoted(value), StandardCharsets.UTF_8));
    }
}
