package io.sluice.gateway.fastpath;

import org.jspecify.annotations.Nullable;

/**
 * A read that was planned before, for any value.
 *
 * @param line path and query of its requests
 * @param accept their header {@code Accept}, null for none
 * @param location where the resource is, as in {@code Content-Location}
 * @param contentType of its answers
 * @param profile the header {@code Content-Profile} of its answers, null for none
 * @param read what it asks for
 */
public record KnownRead(
        Cut line,
        @Nullable String accept,
        Cut location,
        String contentType,
        @Nullable String profile,
        ShortRead read) {

    /** A text around a value: {@code /rest/v1/orders?id=eq.}, and what stands behind it. */
    public record Cut(String before, String after) {

        static final String EQUALS = "=eq.";

        /** The text around the value of this column; null where it does not stand there as it is. */
        public static @Nullable Cut of(String text, String column, String value) {
            String filter = column + EQUALS + value;
            for (int at = text.indexOf(filter); at > 0; at = text.indexOf(filter, at + 1)) {
                int end = at + filter.length();
                boolean begins = text.charAt(at - 1) == '?' || text.charAt(at - 1) == '&';
                if (begins && (end == text.length() || text.charAt(end) == '&')) {
                    return new Cut(text.substring(0, end - value.length()), text.substring(end));
                }
            }
            return null;
        }

        String around(String value) {
            return before + value + after;
        }
    }
}
