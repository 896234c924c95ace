package io.sluice.gateway.security;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Verifies JSON Web Tokens: signature, times with half a minute of tolerance, audience. */
final class TokenVerifier {

    private static final long TOLERANCE_SECONDS = 30;

    private final List<VerificationKey> keys;
    private final @Nullable String audience;
    private final Clock clock;

    TokenVerifier(JwtSettings settings, Clock clock) {
        this.keys = VerificationKey.of(settings);
        this.audience = settings.audience();
        this.clock = clock;
    }

    boolean hasKeys() {
        return !keys.isEmpty();
    }

    /** The claims of a token; throws {@code ApiException} for one that does not hold. */
    ObjectNode verify(String token) {
        if (token.isEmpty()) {
            throw Unauthorized.undecodable("Empty JWT is sent in Authorization header", null);
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw Unauthorized.undecodable("Expected 3 parts in JWT; got " + parts.length, null);
        }
        verifySignature(parts);
        ObjectNode claims = claims(parts[1]);
        validate(claims);
        return claims;
    }

    private void verifySignature(String[] parts) {
        JsonNode header = json(parts[0]);
        byte[] signature = decode(parts[2]);
        if (header == null || signature == null) {
            throw Unauthorized.undecodable("JWT cryptographic operation failed", null);
        }
        String algorithm = header.path("alg").asString("");
        if (!VerificationKey.isKnown(algorithm)) {
            throw Unauthorized.undecodable(
                    "Wrong or unsupported encoding algorithm", "The token's alg is '" + algorithm + "'");
        }
        String keyId = header.path("kid").asString(null);
        List<VerificationKey> fitting =
                keys.stream().filter(key -> key.fits(algorithm, keyId)).toList();
        if (fitting.isEmpty()) {
            throw Unauthorized.undecodable(
                    "No suitable key or wrong key type", "None of the keys was able to decode the JWT");
        }
        byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        if (fitting.stream().noneMatch(key -> key.verifies(algorithm, content, signature))) {
            throw Unauthorized.undecodable(
                    "No suitable key or wrong key type", "None of the keys was able to decode the JWT");
        }
    }

    private static ObjectNode claims(String part) {
        if (json(part) instanceof ObjectNode claims) {
            return claims;
        }
        throw Unauthorized.badClaim("Parsing claims failed");
    }

    private static @Nullable JsonNode json(String part) {
        byte[] bytes = decode(part);
        try {
            return bytes == null ? null : JsonMapper.shared().readTree(bytes);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static byte @Nullable [] decode(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void validate(ObjectNode claims) {
        long now = clock.instant().getEpochSecond();
        Double expires = seconds(claims, "exp");
        if (expires != null && now - TOLERANCE_SECONDS > expires) {
            throw Unauthorized.badClaim("JWT expired");
        }
        Double notBefore = seconds(claims, "nbf");
        if (notBefore != null && now + TOLERANCE_SECONDS < notBefore) {
            throw Unauthorized.badClaim("JWT not yet valid");
        }
        Double issuedAt = seconds(claims, "iat");
        if (issuedAt != null && now + TOLERANCE_SECONDS < issuedAt) {
            throw Unauthorized.badClaim("JWT issued at future");
        }
        validateAudience(claims.path("aud"));
    }

    private static @Nullable Double seconds(ObjectNode claims, String name) {
        JsonNode claim = claims.path(name);
        if (claim.isMissingNode() || claim.isNull()) {
            return null;
        }
        if (!claim.isNumber()) {
            throw Unauthorized.badClaim("The JWT '" + name + "' claim must be a number");
        }
        return claim.doubleValue();
    }

    private void validateAudience(JsonNode claim) {
        if (claim.isMissingNode() || claim.isNull()) {
            return;
        }
        boolean texts =
                claim.isString() || (claim.isArray() && claim.valueStream().allMatch(JsonNode::isString));
        if (!texts) {
            throw Unauthorized.badClaim("The JWT 'aud' claim must be a string or an array of strings");
        }
        String expected = audience;
        if (expected == null || (claim.isArray() && claim.isEmpty())) {
            return;
        }
        boolean named = claim.isArray()
                ? claim.valueStream().anyMatch(one -> one.stringValue().equals(expected))
                : claim.stringValue().equals(expected);
        if (!named) {
            throw Unauthorized.badClaim("JWT not in audience");
        }
    }
}
