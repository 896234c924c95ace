package io.sluice.gateway.stream;

import java.util.Locale;

/** The request header of that name. */
final class AcceptEncoding {

    private AcceptEncoding() {}

    /** Whether gzip is named, and not with a quality of nothing. */
    static boolean takesGzip(String header) {
        for (String element : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = element.trim().split("\\s*;\\s*", 2);
            if (parts[0].equals("gzip") || parts[0].equals("x-gzip")) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
