package io.sluice.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.testing.Tokens;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

/** Who calls, by what the header says; without a database. */
class AuthenticationTests {

    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final long SECONDS = NOW.getEpochSecond();

    @Test
    void takesTheRoleFromAToken() {
        Caller caller = caller(secret(SECRET), "{\"role\":\"clerk\",\"sub\":\"ada\"}");
        assertThat(caller.role()).isEqualTo("clerk");
        assertThat(caller.authenticated()).isTrue();
        assertThat(caller.claims()).isEqualTo("{\"role\":\"clerk\",\"sub\":\"ada\"}");
    }

    @Test
    void findsTheRoleWhereItIsToldTo() {
        String claims = "{\"https://x.example/claims\":{\"roles\":[\"one\",\"two\"]}}";
        JwtSettings settings = new JwtSettings(SECRET, false, null, ".\"https://x.example/claims\".roles[1]");
        assertThat(caller(settings, claims).role()).isEqualTo("two");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authentication(new JwtSettings(SECRET, false, null, "role[x]"), null))
                .withMessageContaining("role[x]");
    }

    @Test
    void aCallerWithoutATokenIsTheAnonymousRoleOrNobody() {
        assertThat(authentication(secret(SECRET), "anyone")
                        .caller(new HttpHeaders())
                        .role())
                .isEqualTo("anyone");
        assertThat(authentication(JwtSettings.NONE, null).caller(new HttpHeaders()))
                .isSameAs(Caller.UNKNOWN);
        assertRefused("PGRST302", () -> authentication(secret(SECRET), null).caller(new HttpHeaders()));
        assertRefused("PGRST302", () -> caller(secret(SECRET), "{\"sub\":\"no role in it\"}"));
        assertRefused("PGRST300", () -> caller(JwtSettings.NONE, "{\"role\":\"clerk\"}"));
    }

    @Test
    void refusesTokensThatWereTamperedWith() {
        String token = Tokens.bearer(SECRET, "{\"role\":\"clerk\"}");
        assertRefused("PGRST301", () -> caller(secret("another secret of thirty-two bytes.."), "{\"role\":\"clerk\"}"));
        String[] parts = token.substring("Bearer ".length()).split("\\.");
        String other = base64("{\"role\":\"admin\"}");
        assertRefused("PGRST301", () -> header(secret(SECRET), "Bearer " + parts[0] + "." + other + "." + parts[2]));
        String none = base64("{\"alg\":\"none\"}");
        assertRefused("PGRST301", () -> header(secret(SECRET), "Bearer " + none + "." + other + "."));
        assertRefused("PGRST301", () -> header(secret(SECRET), "Bearer not-a-token"));
        assertRefused("PGRST301", () -> header(secret(SECRET), "Bearer "));
    }

    @Test
    void allowsClocksToDifferByHalfAMinute() {
        assertThat(caller(secret(SECRET), claims("\"exp\":" + (SECONDS - 29))).role())
                .isEqualTo("clerk");
        assertRefused("PGRST303", () -> caller(secret(SECRET), claims("\"exp\":" + (SECONDS - 31))));
        assertThat(caller(secret(SECRET), claims("\"nbf\":" + (SECONDS + 29))).role())
                .isEqualTo("clerk");
        assertRefused("PGRST303", () -> caller(secret(SECRET), claims("\"nbf\":" + (SECONDS + 31))));
        assertRefused("PGRST303", () -> caller(secret(SECRET), claims("\"iat\":" + (SECONDS + 31))));
        assertRefused("PGRST303", () -> caller(secret(SECRET), claims("\"exp\":\"tomorrow\"")));
    }

    @Test
    void wantsToBeTheAudience() {
        JwtSettings settings = new JwtSettings(SECRET, false, "shop", ".role");
        assertThat(caller(settings, claims("\"aud\":\"shop\"")).role()).isEqualTo("clerk");
        assertThat(caller(settings, claims("\"aud\":[\"x\",\"shop\"]")).role()).isEqualTo("clerk");
        assertThat(caller(settings, claims("\"x\":1")).role()).isEqualTo("clerk");
        assertRefused("PGRST303", () -> caller(settings, claims("\"aud\":\"bank\"")));
        assertRefused("PGRST303", () -> caller(settings, claims("\"aud\":[\"bank\"]")));
        assertRefused("PGRST303", () -> caller(settings, claims("\"aud\":1")));
    }

    @Test
    void takesASecretInBase64() {
        String coded = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
        assertThat(caller(new JwtSettings(coded, true, null, ".role"), claims("\"x\":1"))
                        .role())
                .isEqualTo("clerk");
    }

    @Test
    void verifiesWithPublicKeysOfASet() throws GeneralSecurityException {
        KeyPair rsa = pair("RSA", null);
        KeyPair elliptic = pair("EC", "secp256r1");
        KeyPair stranger = pair("RSA", null);
        RSAPublicKey modulus = (RSAPublicKey) rsa.getPublic();
        ECPublicKey point = (ECPublicKey) elliptic.getPublic();
        JwtSettings keys =
                secret("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"" + number(modulus.getModulus(), 256)
                        + "\",\"e\":\"" + number(modulus.getPublicExponent(), 3)
                        + "\"},{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\",\"x\":\""
                        + number(point.getW().getAffineX(), 32) + "\",\"y\":\""
                        + number(point.getW().getAffineY(), 32) + "\"}]}");
        String rs256 = signed("RS256", "r", "SHA256withRSA", rsa.getPrivate());
        String es256 = signed("ES256", "e", "SHA256withECDSAinP1363Format", elliptic.getPrivate());
        assertThat(header(keys, rs256).role()).isEqualTo("clerk");
        assertThat(header(keys, es256).role()).isEqualTo("clerk");
        assertRefused("PGRST301", () -> header(keys, signed("RS256", "r", "SHA256withRSA", stranger.getPrivate())));
        assertRefused("PGRST301", () -> header(keys, signed("RS256", "other", "SHA256withRSA", rsa.getPrivate())));
        // A public key must never be taken for a shared secret.
        assertRefused("PGRST301", () -> caller(keys, "{\"role\":\"clerk\"}"));
    }

    private static JwtSettings secret(String secret) {
        return new JwtSettings(secret, false, null, ".role");
    }

    private static String claims(String further) {
        return "{\"role\":\"clerk\"," + further + "}";
    }

    private static Authentication authentication(JwtSettings settings, @Nullable String anonymous) {
        return new Authentication(settings, anonymous, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Caller caller(JwtSettings settings, String claims) {
        return header(settings, Tokens.bearer(SECRET, claims));
    }

    private static Caller header(JwtSettings settings, String authorization) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.AUTHORIZATION, authorization);
        return authentication(settings, null).caller(headers);
    }

    private static void assertRefused(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        assertThatExceptionOfType(ApiException.class).isThrownBy(work).satisfies(refusal -> assertThat(refusal.code())
                .isEqualTo(code));
    }

    private static KeyPair pair(String algorithm, @Nullable String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (curve == null) {
            generator.initialize(2048);
        } else {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        return generator.generateKeyPair();
    }

    private static String signed(String algorithm, String keyId, String signatureName, PrivateKey key)
            throws GeneralSecurityException {
        String content = base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}") + "."
                + base64("{\"role\":\"clerk\"}");
        Signature signature = Signature.getInstance(signatureName);
        signature.initSign(key);
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return "Bearer " + content + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String number(BigInteger number, int bytes) {
        byte[] signed = number.toByteArray();
        byte[] unsigned = new byte[bytes];
        int length = Math.min(bytes, signed.length);
        System.arraycopy(signed, signed.length - length, unsigned, bytes - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
