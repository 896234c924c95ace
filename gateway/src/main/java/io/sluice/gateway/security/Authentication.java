package io.sluice.gateway.security;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Finds out who calls, by the header {@code Authorization}. No I/O. */
public final class Authentication {

    private static final String BEARER = "bearer ";
    private static final Pattern STEP = Pattern.compile("\\.(?:\"([^\"]+)\"|([\\w$@-]+))|\\[(\\d+)]");

    private final TokenVerifier verifier;
    private final List<String> roleClaim;
    private final @Nullable String anonymousRole;

    /** {@code anonymousRole} is who calls without a token; null where nobody may, or where there are no roles at all. */
    public Authentication(JwtSettings settings, @Nullable String anonymousRole, Clock clock) {
        this.verifier = new TokenVerifier(settings, clock);
        this.roleClaim = steps(settings.roleClaimKey());
        this.anonymousRole = anonymousRole;
    }

    private static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            end = matcher.end();
            steps.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : "#" + matcher.group(3));
        }
        if (steps.isEmpty() || end != path.length()) {
            throw new IllegalArgumentException("sluice.rest.jwt.role-claim-key is '" + path
                    + "', expected a path such as .role or .realm.roles[0]");
        }
        return steps;
    }

    /**
     * The caller of a request with these headers.
     *
     * <p>Errors: {@code ApiException} with status 401 for a token that does not hold, and for none where one is needed.
     */
    public Caller caller(HttpHeaders headers) {
        String header = headers.getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return anonymous();
        }
        if (!verifier.hasKeys()) {
            throw Unauthorized.noSecret();
        }
        ObjectNode claims = verifier.verify(header.substring(BEARER.length()).trim());
        String role = role(claims);
        if (role == null) {
            throw Unauthorized.tokenRequired();
        }
        claims.put("role", role);
        return new Caller(role, claims.toString(), true);
    }

    private Caller anonymous() {
        if (anonymousRole != null) {
            ObjectNode claims = JsonMapper.shared().createObjectNode().put("role", anonymousRole);
            return new Caller(anonymousRole, claims.toString(), false);
        }
        if (verifier.hasKeys()) {
            throw Unauthorized.tokenRequired();
        }
        return Caller.UNKNOWN;
    }

    private @Nullable String role(JsonNode claims) {
        JsonNode node = claims;
        for (String step : roleClaim) {
            node = step.startsWith("#") ? node.path(Integer.parseInt(step, 1, step.length(), 10)) : node.path(step);
        }
        if (node.isMissingNode() || node.isNull()) {
            return anonymousRole;
        }
        return node.isString() ? node.stringValue() : node.toString();
    }
}
