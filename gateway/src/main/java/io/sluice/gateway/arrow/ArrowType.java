package io.sluice.gateway.arrow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a column is in Arrow.
 *
 * @param precision digits in all, of a decimal
 * @param scale digits behind the point, of a decimal
 */
public record ArrowType(Kind kind, int precision, int scale) {

    enum Kind {
        BOOL,
        INT16,
        INT32,
        INT64,
        FLOAT32,
        FLOAT64,
        DECIMAL128,
        DATE32,
        TIMESTAMP,
        /** A moment, in UTC. */
        TIMESTAMP_UTC,
        BINARY,
        UTF8
    }

    /** PostgreSQL's own text form of anything. */
    public static final ArrowType UTF8 = new ArrowType(Kind.UTF8, 0, 0);

    private static final int MOST_DIGITS = 38;
    private static final Pattern DECIMAL = Pattern.compile("numeric\\((\\d{1,4}),(\\d{1,4})\\)");

    /**
     * The type for a column.
     *
     * @param oid what the server announces it as
     * @param declared the type with its length, as people write it; null where it is not known
     */
    public static ArrowType of(long oid, @Nullable String declared) {
        return switch ((int) oid) {
            case 16 -> of(Kind.BOOL);
            case 17 -> of(Kind.BINARY);
            case 20 -> of(Kind.INT64);
            case 21 -> of(Kind.INT16);
            case 23 -> of(Kind.INT32);
            case 700 -> of(Kind.FLOAT32);
            case 701 -> of(Kind.FLOAT64);
            case 1082 -> of(Kind.DATE32);
            case 1114 -> of(Kind.TIMESTAMP);
            case 1184 -> of(Kind.TIMESTAMP_UTC);
            case 1700 -> decimal(declared == null ? "" : declared);
            default -> UTF8;
        };
    }

    private static ArrowType of(Kind kind) {
        return new ArrowType(kind, 0, 0);
    }

    /** Without a scale its values have no common one, and beyond 38 digits or with a negative scale no room. */
    private static ArrowType decimal(String declared) {
        Matcher matcher = DECIMAL.matcher(declared);
        if (!matcher.matches()) {
            return UTF8;
        }
        int precision = Integer.parseInt(matcher.group(1));
        int scale = Integer.parseInt(matcher.group(2));
        return precision <= MOST_DIGITS && scale <= precision ? new ArrowType(Kind.DECIMAL128, precision, scale) : UTF8;
    }

    @Override
    public String toString() {
        return kind == Kind.DECIMAL128 ? "decimal128(" + precision + ", " + scale + ")" : kind.name();
    }
}
