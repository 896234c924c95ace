package io.sluice.gateway.error;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/** The one error body, PostgREST's: all four members are always there; the details are text, or JSON in some. */
@JsonPropertyOrder({"code", "message", "details", "hint"})
public record ErrorBody(
        String code,
        String message,
        @Nullable Object details,
        @Nullable String hint) {

    /** The details where only text fits. */
    public @Nullable String detailsText() {
        return details == null ? null : details.toString();
    }
}
