package io.sluice.gateway.stream;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The request header of that name. */
final class AcceptEncoding {

    static final String ZSTD = "zstd";
    static final String BROTLI = "br";
    static final String GZIP = "gzip";

    private static final boolean BROTLI_OFFERED = StreamPacking.hasBrotli();

    private AcceptEncoding() {}

    /** What the client likes best; of what it likes alike zstd before Brotli before gzip. Null where it takes none. */
    static @Nullable String choose(String header) {
        String best = null;
        double most = 0;
        for (String element : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = element.trim().split("\\s*;\\s*", 2);
            double quality = parts.length == 1 ? 1 : quality(parts[1]);
            String encoding = offered(parts[0]);
            if (encoding != null && (quality > most || (quality == most && best != null && before(encoding, best)))) {
                best = encoding;
                most = quality;
            }
        }
        return best;
    }

    private static @Nullable String offered(String name) {
        return switch (name) {
            case ZSTD -> ZSTD;
            case BROTLI -> BROTLI_OFFERED ? BROTLI : null;
            case GZIP, "x-gzip" -> GZIP;
            default -> null;
        };
    }

    private static boolean before(String one, String other) {
        return one.equals(ZSTD) || (one.equals(BROTLI) && other.equals(GZIP));
    }

    private static double quality(String parameter) {
        return parameter.matches("q=[01](\\.\\d{0,3})?") ? Double.parseDouble(parameter.substring(2)) : 1;
    }
}
