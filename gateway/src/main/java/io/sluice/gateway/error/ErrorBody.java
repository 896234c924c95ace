package io.sluice.gateway.error;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/** The one error body, PostgREST's: all four members are always there. */
@JsonPropertyOrder({"code", "message", "details", "hint"})
public record ErrorBody(
        String code,
        String message,
        @Nullable String details,
        @Nullable String hint) {}
