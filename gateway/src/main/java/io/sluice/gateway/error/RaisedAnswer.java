package io.sluice.gateway.error;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer that SQL words itself: {@code RAISE SQLSTATE 'PGRST'} with the body as JSON in its message and status and
 * headers as JSON in its detail.
 */
final class RaisedAnswer {

    static final String SQLSTATE = "PGRST";

    private RaisedAnswer() {}

    static Problem of(String message, @Nullable String detail) {
        JsonNode body = parse(message);
        if (body == null
                || !body.path("code").isString()
                || !body.path("message").isString()) {
            return unreadable(
                    "Invalid JSON value for MESSAGE: '" + message + "'",
                    "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys:"
                            + " 'details', 'hint'.");
        }
        String hint = "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key:"
                + " 'status_text'.";
        if (detail == null) {
            return unreadable("DETAIL is missing in the RAISE statement", hint);
        }
        JsonNode answer = parse(detail);
        if (answer == null
                || !answer.path("status").isInt()
                || !answer.path("headers").isObject()) {
            return unreadable("Invalid JSON value for DETAIL: '" + detail + "'", hint);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        answer.path("headers").properties().forEach(header -> headers.put(header.getKey(), text(header.getValue())));
        ErrorBody error = new ErrorBody(
                body.path("code").stringValue(),
                body.path("message").stringValue(),
                body.hasNonNull("details") ? text(body.path("details")) : null,
                body.hasNonNull("hint") ? text(body.path("hint")) : null);
        return new Problem(answer.path("status").intValue(), error, false, headers);
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : node.toString();
    }

    private static @Nullable JsonNode parse(String json) {
        try {
            return JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Problem unreadable(String details, String hint) {
        String message = "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error";
        return new Problem(500, new ErrorBody("PGRST121", message, details, hint), false);
    }
}
