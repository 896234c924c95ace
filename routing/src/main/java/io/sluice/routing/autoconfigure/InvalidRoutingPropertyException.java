package io.sluice.routing.autoconfigure;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A property from which no router can be made. */
final class InvalidRoutingPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final String WAS = ", was ";

    private final String property;
    private final @Nullable String value;
    private final String reason;
    private final String wayOut;

    InvalidRoutingPropertyException(String property, @Nullable String value, String reason, String wayOut) {
        super(property + (value == null ? "" : "=" + value) + ": " + reason);
        this.property = property;
        this.value = value;
        this.reason = reason;
        this.wayOut = wayOut;
    }

    /** From the message of a setting that refused its value: {@code "maxSize must be at least 1, was 0"}. */
    static InvalidRoutingPropertyException of(String prefix, IllegalArgumentException refusal) {
        String message = String.valueOf(refusal.getMessage());
        int space = Math.max(message.indexOf(' '), 0);
        int was = message.lastIndexOf(WAS);
        return new InvalidRoutingPropertyException(
                prefix
                        + message.substring(0, space)
                                .replaceAll("([A-Z])", "-$1")
                                .toLowerCase(Locale.ROOT),
                was < 0 ? null : message.substring(was + WAS.length()),
                message,
                "Correct that property, or leave it out to have its default.");
    }

    /** What is wrong, for people: property, value and reason, each on a line of its own. */
    String description() {
        return "The router cannot be configured:\n\n    Property: " + property
                + (value == null ? "" : "\n    Value: \"" + value + '"')
                + "\n    Reason: " + reason;
    }

    String wayOut() {
        return wayOut;
    }
}
