package io.sluice.gateway.security;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tokens are verified.
 *
 * @param secret a shared secret, a JSON Web Key, or a set of them as JSON; without one no token is accepted
 * @param secretIsBase64 whether the shared secret is given in Base64
 * @param audience what {@code aud} must name, anything by default
 * @param roleClaimKey the way to the role in the claims, such as {@code .role} or {@code .realm.roles[0]}
 */
public record JwtSettings(
        @Nullable String secret,
        @DefaultValue("false") boolean secretIsBase64,
        @Nullable String audience,
        @DefaultValue(".role") String roleClaimKey) {

    /** No tokens. */
    public static final JwtSettings NONE = new JwtSettings(null, false, null, ".role");

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "JwtSettings[audience=" + audience + ", roleClaimKey=" + roleClaimKey + "]";
    }
}
