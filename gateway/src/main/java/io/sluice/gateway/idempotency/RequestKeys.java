package io.sluice.gateway.idempotency;

import io.sluice.gateway.security.Caller;
import io.sluice.transactions.idempotency.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads the header {@code Idempotency-Key} of writes. No I/O. */
@Component
public final class RequestKeys {

    private static final String HEADER = "Idempotency-Key";

    /** A string of RFC 8941, or the same without its quotes. */
    private static final Pattern KEY = Pattern.compile("\"([ -~&&[^\"\\\\]]{1,255})\"|([!-~&&[^\"\\\\]]{1,255})");

    /** Headers that make a write another one. */
    private static final List<String> CONTENT = List.of("Accept", "Content-Type", "Content-Profile", "Prefer");

    /** Claims that a new token of the same caller has anew. */
    private static final Set<String> PASSING = Set.of("exp", "iat", "nbf", "jti", "auth_time", "session_id", "amr");

    private final Set<String> required;

    RequestKeys(IdempotencySettings settings) {
        this.required = Set.copyOf(settings.required());
    }

    /**
     * The key of a write; null where it has none and needs none.
     *
     * @param target the table, or {@code rpc/} and the function
     * @throws io.sluice.gateway.error.ApiException 400 for a key that is missing or malformed
     */
    public @Nullable IdempotencyKey of(ServerRequest request, Caller caller, String target, byte[] body) {
        List<String> headers = request.headers().header(HEADER);
        if (headers.isEmpty()) {
            if (required.contains("*") || required.contains(target)) {
                throw IdempotencyErrors.missing(target);
            }
            return null;
        }
        return IdempotencyKey.of(scope(caller), name(headers), utf8(asked(request)), body);
    }

    private static String name(List<String> headers) {
        String header = String.join(", ", headers);
        var match = KEY.matcher(header.trim());
        if (headers.size() > 1 || !match.matches()) {
            throw IdempotencyErrors.malformed(header);
        }
        return match.group(1) == null ? match.group(2) : match.group(1);
    }

    private static String asked(ServerRequest request) {
        StringBuilder asked = new StringBuilder(200)
                .append(request.method().name())
                .append(' ')
                .append(request.uri().getRawPath())
                .append('?')
                .append(request.uri().getRawQuery());
        for (String name : CONTENT) {
            asked.append('\n')
                    .append(name)
                    .append(": ")
                    .append(request.headers().header(name));
        }
        return asked.toString();
    }

    /** Nobody is given the answer to somebody else. A subject says who that is; without one all that a token says does. */
    private static String scope(Caller caller) {
        JsonNode claims = JsonMapper.shared().readTree(caller.claims());
        if (claims.hasNonNull("sub")) {
            return caller.role() + "\n" + claims.path("iss") + "\n" + claims.path("sub");
        }
        if (claims instanceof ObjectNode all) {
            all.remove(PASSING);
        }
        return caller.role() + "\n" + claims;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
