package io.sluice.gateway.security;

import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param role the database role to run as; null where the gateway's own is meant, as nothing is configured
 * @param claims the token's claims with the role among them, as JSON
 * @param authenticated whether there was a token
 */
public record Caller(@Nullable String role, String claims, boolean authenticated) {

    /** Request attribute: whether the caller showed a token that holds. */
    public static final String AUTHENTICATED = "sluice.authenticated";

    /** Nobody in particular, in a gateway that was not told about roles. */
    public static final Caller UNKNOWN = new Caller(null, "{}", false);
}
