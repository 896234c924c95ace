package io.sluice.gateway.stream;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The request header of that name. */
final class AcceptEncoding {

    static final String ZSTD = "zstd";
    static final String GZIP = "gzip";

    private AcceptEncoding() {}

    /** What the client likes best of zstd and gzip, zstd where it likes both; null where it takes neither. */
    static @Nullable String choose(String header) {
        double zstd = 0;
        double gzip = 0;
        for (String element : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = element.trim().split("\\s*;\\s*", 2);
            double quality = parts.length == 1 ? 1 : quality(parts[1]);
            switch (parts[0]) {
                case ZSTD -> zstd = quality;
                case GZIP, "x-gzip" -> gzip = quality;
                default -> {}
            }
        }
        if (zstd <= 0 && gzip <= 0) {
            return null;
        }
        return zstd >= gzip ? ZSTD : GZIP;
    }

    private static double quality(String parameter) {
        return parameter.matches("q=[01](\\.\\d{0,3})?") ? Double.parseDouble(parameter.substring(2)) : 1;
    }
}
