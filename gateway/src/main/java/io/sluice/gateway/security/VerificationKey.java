package io.sluice.gateway.security;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A key that tokens are signed with: a shared secret, or the public half of a pair. */
record VerificationKey(Key key, @Nullable String id) {

    private static final Map<String, String> HMAC =
            Map.of("HS256", "HmacSHA256", "HS384", "HmacSHA384", "HS512", "HmacSHA512");
    private static final Map<String, String> RSA =
            Map.of("RS256", "SHA256withRSA", "RS384", "SHA384withRSA", "RS512", "SHA512withRSA");
    private static final Map<String, String> ELLIPTIC = Map.of(
            "ES256", "SHA256withECDSAinP1363Format",
            "ES384", "SHA384withECDSAinP1363Format",
            "ES512", "SHA512withECDSAinP1363Format");
    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    static boolean isKnown(String algorithm) {
        return HMAC.containsKey(algorithm) || RSA.containsKey(algorithm) || ELLIPTIC.containsKey(algorithm);
    }

    /** The keys of a setting: JSON Web Keys where it is JSON, a shared secret otherwise. */
    static List<VerificationKey> of(JwtSettings settings) {
        String secret = settings.secret();
        if (secret == null || secret.isBlank()) {
            return List.of();
        }
        if (secret.stripLeading().startsWith("{")) {
            return fromJson(secret);
        }
        byte[] bytes = settings.secretIsBase64()
                ? Base64.getMimeDecoder().decode(secret.replace('-', '+').replace('_', '/'))
                : secret.getBytes(StandardCharsets.UTF_8);
        return List.of(new VerificationKey(new SecretKeySpec(bytes, "HMAC"), null));
    }

    private static List<VerificationKey> fromJson(String json) {
        JsonNode root = JsonMapper.shared().readTree(json);
        List<VerificationKey> keys = new ArrayList<>();
        for (JsonNode node : root.has("keys") ? root.get("keys") : List.of(root)) {
            try {
                keys.add(new VerificationKey(key(node), node.path("kid").asString(null)));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "sluice.rest.jwt.secret holds a key that cannot be read: " + e.getMessage(), e);
            }
        }
        return keys;
    }

    private static Key key(JsonNode node) throws GeneralSecurityException {
        String type = node.path("kty").asString("");
        return switch (type) {
            case "oct" -> new SecretKeySpec(bytes(node, "k"), "HMAC");
            case "RSA" ->
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(node, "n"), number(node, "e")));
            case "EC" -> elliptic(node);
            default -> throw new IllegalArgumentException("kty '" + type + "' is none of oct, RSA, EC");
        };
    }

    private static PublicKey elliptic(JsonNode node) throws GeneralSecurityException {
        String curve = CURVES.get(node.path("crv").asString(""));
        if (curve == null) {
            throw new IllegalArgumentException("crv is none of " + CURVES.keySet());
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECPoint point = new ECPoint(number(node, "x"), number(node, "y"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger number(JsonNode node, String member) {
        return new BigInteger(1, bytes(node, member));
    }

    private static byte[] bytes(JsonNode node, String member) {
        return Base64.getUrlDecoder().decode(node.path(member).asString(""));
    }

    boolean fits(String algorithm, @Nullable String keyId) {
        boolean type =
                switch (key.getAlgorithm()) {
                    case "RSA" -> RSA.containsKey(algorithm);
                    case "EC" -> ELLIPTIC.containsKey(algorithm);
                    default -> HMAC.containsKey(algorithm);
                };
        return type && (keyId == null || id == null || keyId.equals(id));
    }

    boolean verifies(String algorithm, byte[] content, byte[] signature) {
        try {
            if (HMAC.containsKey(algorithm)) {
                Mac mac = Mac.getInstance(HMAC.get(algorithm));
                mac.init(key);
                return MessageDigest.isEqual(mac.doFinal(content), signature);
            }
            String name = RSA.containsKey(algorithm) ? RSA.get(algorithm) : ELLIPTIC.get(algorithm);
            Signature verifier = Signature.getInstance(name);
            verifier.initVerify((PublicKey) key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
