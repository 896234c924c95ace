package io.sluice.gateway.query;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Types of keys whose text says whether they are equal. Others, texts under a collation among them, are left to PostgreSQL, and
 * so are values that it would refuse.
 */
final class KeyType {

    private static final long INT8 = 20;
    private static final long INT2 = 21;
    private static final long INT4 = 23;
    private static final long UUID = 2950;

    private static final int MOST_DIGITS = 18;
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);

    private KeyType() {}

    /** The value as PostgreSQL would show it; null where that is not certain. */
    static @Nullable String canonical(long type, String value) {
        if (type == UUID) {
            return HEXADECIMAL.matcher(value).matches() ? lowerCase(value) : null;
        }
        long most =
                type == INT8 ? Long.MAX_VALUE : type == INT4 ? Integer.MAX_VALUE : type == INT2 ? Short.MAX_VALUE : 0;
        return most > 0 && isNumber(value) ? number(value, most) : null;
    }

    /** What SQL calls a type for which {@link #canonical} knows values. */
    static String name(long type) {
        return type == UUID ? "uuid" : type == INT8 ? "bigint" : type == INT4 ? "integer" : "smallint";
    }

    private static String lowerCase(String value) {
        return value.toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean isNumber(String value) {
        int from = value.startsWith("-") ? 1 : 0;
        int digits = value.length() - from;
        if (digits < 1 || digits > MOST_DIGITS) {
            return false;
        }
        for (int i = from; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String number(String value, long most) {
        long number = Long.parseLong(value);
        return number <= most && number >= -most - 1 ? Long.toString(number) : null;
    }
}
