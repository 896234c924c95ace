package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.execute.FrameValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What SQL says about the answer by {@code response.headers} and {@code response.status}. */
final class GucHeaders {

    private GucHeaders() {}

    /** Throws where SQL said something that makes no sense. */
    static void check(FrameValues frame) {
        headers(frame);
        status(frame);
    }

    static Head apply(Head head, Outcome outcome) {
        Integer status = status(outcome.frame());
        Head changed = status == null ? head : head.status(HttpStatusCode.valueOf(status));
        // Set the first time a name comes, added to after that: SQL may want several cookies.
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, String> header : headers(outcome.frame())) {
            if (seen.contains(header.getKey())) {
                changed.headers().add(header.getKey(), header.getValue());
            } else {
                changed.headers().set(header.getKey(), header.getValue());
                seen.add(header.getKey());
            }
        }
        return changed;
    }

    private static @Nullable Integer status(FrameValues frame) {
        if (frame.status() == null) {
            return null;
        }
        try {
            int status = Integer.parseInt(frame.status().trim());
            if (status >= 100 && status <= 999) {
                return status;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw failure("PGRST112", "response.status guc must be a valid status code");
    }

    private static List<Map.Entry<String, String>> headers(FrameValues frame) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        if (frame.headers() == null) {
            return headers;
        }
        JsonNode array = parse(frame.headers());
        if (!array.isArray()) {
            throw badHeaders();
        }
        for (JsonNode element : array) {
            if (!element.isObject() || element.size() != 1) {
                throw badHeaders();
            }
            Map.Entry<String, JsonNode> only = element.properties().iterator().next();
            if (!only.getValue().isString()) {
                throw badHeaders();
            }
            headers.add(Map.entry(only.getKey(), only.getValue().stringValue()));
        }
        return headers;
    }

    private static JsonNode parse(String json) {
        try {
            return JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw badHeaders();
        }
    }

    private static ApiException badHeaders() {
        return failure(
                "PGRST111",
                "response.headers guc must be a JSON array composed of objects with a single key and a string value");
    }

    private static ApiException failure(String code, String message) {
        return new ApiException(HttpStatus.INTERNAL_SERVER_ERROR, code, message, null, null);
    }
}
