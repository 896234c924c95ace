package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.util.UriUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads a list of requests: {@code [{"method","path","headers","body"}]}. Bodies stay as they were written. */
final class Parts {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /** Those belong to the list as a whole. */
    private static final Set<String> FOREIGN = Set.of("authorization", "cookie", "idempotency-key");

    private final JsonParser in;
    private final String publicPath;
    private final int most;
    private final List<Part> parts = new ArrayList<>();

    private Parts(JsonParser in, String publicPath, int most) {
        this.in = in;
        this.publicPath = publicPath;
        this.most = most;
    }

    /** The requests of a list, {@code most} at most. Errors: {@code ApiException} 400 that names the request. */
    static List<Part> parse(byte[] list, String publicPath, int most) {
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), list)) {
            return new Parts(in, publicPath, most).list();
        } catch (JacksonException e) {
            throw refusal("The list of requests is no JSON: " + e.getOriginalMessage());
        }
    }

    private List<Part> list() {
        if (in.nextToken() != JsonToken.START_ARRAY) {
            throw refusal("The body is no list of requests");
        }
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            if (parts.size() == most) {
                throw refusal("The list has more than " + most + " requests");
            }
            if (token != JsonToken.START_OBJECT) {
                throw refusal("Request " + parts.size() + " is no object");
            }
            parts.add(part());
        }
        if (in.nextToken() != null) {
            throw refusal("Something follows the list of requests");
        }
        return parts;
    }

    private Part part() {
        String method = "GET";
        String path = null;
        HttpHeaders headers = new HttpHeaders();
        int from = 0;
        int to = 0;
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "method" -> method = text(name, value);
                case "path" -> path = text(name, value);
                case "headers" -> headers(value, headers);
                case "body" -> {
                    from = Math.toIntExact(in.currentTokenLocation().getByteOffset());
                    in.finishToken();
                    in.skipChildren();
                    to = Math.toIntExact(in.currentLocation().getByteOffset());
                }
                default -> throw refusal("Request " + parts.size() + " has '" + name + "', which means nothing");
            }
        }
        if (!METHODS.contains(method)) {
            throw refusal("Request " + parts.size() + " has the method '" + method + "'");
        }
        return new Part(HttpMethod.valueOf(method), uri(path), headers, from, to);
    }

    private String text(String name, JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            throw refusal("Request " + parts.size() + " has a " + name + " that is no text");
        }
        return in.getString();
    }

    private void headers(JsonToken value, HttpHeaders headers) {
        if (value != JsonToken.START_OBJECT) {
            throw refusal("Request " + parts.size() + " has headers that are no object");
        }
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            if (FOREIGN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                throw refusal("Request " + parts.size() + " has the header '" + name + "', which the whole list has");
            }
            headers.add(name, text("header " + name, in.nextToken()));
        }
    }

    private URI uri(@Nullable String path) {
        if (path == null) {
            throw refusal("Request " + parts.size() + " has no path");
        }
        String below =
                !publicPath.isEmpty() && path.startsWith(publicPath + "/") ? path.substring(publicPath.length()) : path;
        int question = below.indexOf('?');
        String plain = question < 0 ? below : below.substring(0, question);
        String query = question < 0 ? "" : "?" + escaped(below.substring(question + 1));
        try {
            return new URI("/rest/v1" + (plain.startsWith("/") ? "" : "/") + escaped(plain) + query);
        } catch (URISyntaxException e) {
            throw refusal("Request " + parts.size() + " has the path '" + path + "', which is none");
        }
    }

    /** What must be escaped in a URL and is not; what is, stays. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            String one = Character.toString(point);
            boolean fine =
                    point < 128 && (Character.isLetterOrDigit(point) || "-._~!$&'()*+,;=:@/?%".indexOf(point) >= 0);
            out.append(fine ? one : UriUtils.encode(one, java.nio.charset.StandardCharsets.UTF_8));
        });
        return out.toString();
    }

    static ApiException refusal(String message) {
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "SLUICE114",
                message,
                null,
                "Send a list of {\"method\", \"path\", \"headers\", \"body\"}; a path is what stands behind /rest/v1.");
    }
}
