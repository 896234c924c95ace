package io.sluice.gateway.security;

import io.sluice.gateway.error.ApiException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Refusals of tokens, in PostgREST's words. */
final class Unauthorized {

    private Unauthorized() {}

    static ApiException undecodable(String message, @Nullable String details) {
        return new ApiException(HttpStatus.UNAUTHORIZED, "PGRST301", message, details, null);
    }

    static ApiException badClaim(String message) {
        return new ApiException(HttpStatus.UNAUTHORIZED, "PGRST303", message, null, null);
    }

    static ApiException tokenRequired() {
        return new ApiException(HttpStatus.UNAUTHORIZED, "PGRST302", "Anonymous access is disabled", null, null);
    }

    static ApiException noSecret() {
        return new ApiException(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "PGRST300",
                "Server lacks JWT secret",
                null,
                "Set sluice.rest.jwt.secret, or send no token.");
    }
}
