package io.sluice.gateway.arrow;

import java.nio.charset.StandardCharsets;

/** Reads numbers as PostgreSQL writes them, without an object for each. Not thread-safe. */
final class NumberText {

    /** Up to here a {@code double} and a {@code float} hold every integer, and powers of ten exactly. */
    private static final long EXACT_IN_DOUBLE = 1L << 53;

    private static final int EXACT_POWER_OF_DOUBLE = 22;
    private static final long EXACT_IN_FLOAT = 1L << 24;
    private static final int EXACT_POWER_OF_FLOAT = 10;
    private static final int DIGITS_IN_LONG = 18;
    private static final double[] POWERS = new double[EXACT_POWER_OF_DOUBLE + 1];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private long high;
    private long low;

    static long integer(byte[] source, int index, int count) {
        int end = index + count;
        boolean negative = source[index] == '-';
        // Counted downwards, where the range is larger.
        long value = 0;
        for (int i = negative ? index + 1 : index; i < end; i++) {
            value = value * 10 - digit(source[i]);
        }
        return negative ? value : -value;
    }

    static double float64(byte[] source, int index, int count) {
        long digits = plainDigits(source, index, count);
        int scale = scale(source, index, count);
        if (digits < 0 || digits > EXACT_IN_DOUBLE || scale > EXACT_POWER_OF_DOUBLE) {
            return Double.parseDouble(new String(source, index, count, StandardCharsets.US_ASCII));
        }
        double value = digits / POWERS[scale];
        return source[index] == '-' ? -value : value;
    }

    static float float32(byte[] source, int index, int count) {
        long digits = plainDigits(source, index, count);
        int scale = scale(source, index, count);
        if (digits < 0 || digits > EXACT_IN_FLOAT || scale > EXACT_POWER_OF_FLOAT) {
            return Float.parseFloat(new String(source, index, count, StandardCharsets.US_ASCII));
        }
        float value = (float) digits / (float) POWERS[scale];
        return source[index] == '-' ? -value : value;
    }

    /** The digits without sign and point; negative where there is anything else, or too many of them. */
    private static long plainDigits(byte[] source, int index, int count) {
        if (count > DIGITS_IN_LONG) {
            return -1;
        }
        long value = 0;
        for (int i = source[index] == '-' ? index + 1 : index; i < index + count; i++) {
            int next = source[i] - '0';
            if (next >= 0 && next <= 9) {
                value = value * 10 + next;
            } else if (next != '.' - '0') {
                return -1;
            }
        }
        return value;
    }

    private static int scale(byte[] source, int index, int count) {
        int end = index + count;
        int point = index;
        while (point < end && source[point] != '.') {
            point++;
        }
        return point == end ? 0 : end - point - 1;
    }

    /** Reads a decimal number as an integer of 128 bits that stands for it times ten to the {@code scale}. */
    void decimal(byte[] source, int index, int count, int scale) {
        high = 0;
        low = 0;
        boolean negative = source[index] == '-';
        int missing = scale;
        boolean behindPoint = false;
        for (int i = negative ? index + 1 : index; i < index + count; i++) {
            byte next = source[i];
            if (next == '.') {
                behindPoint = true;
            } else {
                timesTenPlus(digit(next));
                missing -= behindPoint ? 1 : 0;
            }
        }
        if (missing < 0) {
            throw new NumberFormatException("more than " + scale + " digits behind the point");
        }
        for (; missing > 0; missing--) {
            timesTenPlus(0);
        }
        if (negative) {
            low = -low;
            high = low == 0 ? -high : ~high;
        }
    }

    private void timesTenPlus(int digit) {
        // The upper half of an unsigned product.
        long carry = Math.multiplyHigh(low, 10) + ((low >> 63) & 10);
        low *= 10;
        high = high * 10 + carry;
        low += digit;
        if (Long.compareUnsigned(low, digit) < 0) {
            high++;
        }
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    static int digit(byte character) {
        int digit = character - '0';
        if (digit < 0 || digit > 9) {
            throw new NumberFormatException("no digit: " + (char) character);
        }
        return digit;
    }
}
