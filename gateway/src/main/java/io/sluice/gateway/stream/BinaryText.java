package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From PostgreSQL's binary format to its text format, for types whose text costs the server more than this: it spends a
 * quarter of a microsecond on a timestamp (PostgreSQL 18), as much as on all the rest of a short row. Integers and short
 * numerics gain nothing.
 *
 * <p>The text is that of {@code DateStyle} ISO, and for instants that of UTC; other sessions are not asked for binary.
 */
@FunctionalInterface
interface BinaryText {

    int DATE = 1082;
    int TIMESTAMP = 1114;
    int TIMESTAMPTZ = 1184;
    int UUID = 2950;

    /** Appends the text of a value that begins at {@code from}. */
    void write(byte[] source, int from, Output out);

    /** The text of such a type; null for one that is never asked for in binary. */
    static @Nullable BinaryText of(int type) {
        return switch (type) {
            case DATE -> Writer::date;
            case TIMESTAMP -> Writer::timestamp;
            case TIMESTAMPTZ -> Writer::instant;
            case UUID -> Writer::uuid;
            default -> null;
        };
    }

    /** The types that are better had in binary in a session with these parameters. */
    static Set<Integer> types(Map<String, String> parameters) {
        if (!parameters.getOrDefault("DateStyle", "").startsWith("ISO")) {
            return Writer.WITHOUT_TIMES;
        }
        return Writer.UTC.contains(parameters.getOrDefault("TimeZone", "")) ? Writer.ALL : Writer.WITHOUT_INSTANTS;
    }

    /** How it is written. */
    final class Writer {

        private static final Set<Integer> WITHOUT_TIMES = Set.of(UUID);
        private static final Set<Integer> WITHOUT_INSTANTS = Set.of(UUID, DATE, TIMESTAMP);
        private static final Set<Integer> ALL = Set.of(UUID, DATE, TIMESTAMP, TIMESTAMPTZ);
        /** As the server spells them, however they were written. */
        private static final Set<String> UTC =
                Set.of("UTC", "Etc/UTC", "GMT", "Etc/GMT", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "GMT0", "Etc/GMT0");

        private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
        private static final byte[] INFINITY = "infinity".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] MINUS_INFINITY = "-infinity".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] BEFORE_CHRIST = " BC".getBytes(StandardCharsets.US_ASCII);

        /** More than the longest of these texts has. */
        private static final int ROOM = 48;

        private static final long SECOND = 1_000_000;
        private static final long DAY = 86_400 * SECOND;

        /** From 0000-03-01 to 2000-01-01, where PostgreSQL counts from. */
        private static final long DAYS_TO_2000 = 730_425;

        private static final int DAYS_OF_400_YEARS = 146_097;

        private Writer() {}

        private static void date(byte[] source, int from, Output out) {
            int days = (int) INT.get(source, from);
            if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
                out.write(days > 0 ? INFINITY : MINUS_INFINITY);
                return;
            }
            out.reserve(ROOM);
            era(day(days, out), out);
        }

        private static void timestamp(byte[] source, int from, Output out) {
            moment((long) LONG.get(source, from), false, out);
        }

        private static void instant(byte[] source, int from, Output out) {
            moment((long) LONG.get(source, from), true, out);
        }

        private static void moment(long micros, boolean zone, Output out) {
            if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
                out.write(micros > 0 ? INFINITY : MINUS_INFINITY);
                return;
            }
            out.reserve(ROOM);
            long year = day(Math.floorDiv(micros, DAY), out);
            out.bytes[out.length++] = ' ';
            time(Math.floorMod(micros, DAY), out);
            if (zone) {
                out.bytes[out.length++] = '+';
                two(0, out);
            }
            era(year, out);
        }

        private static void time(long micros, Output out) {
            int seconds = (int) (micros / SECOND);
            int fraction = (int) (micros % SECOND);
            two(seconds / 3600, out);
            out.bytes[out.length++] = ':';
            two(seconds / 60 % 60, out);
            out.bytes[out.length++] = ':';
            two(seconds % 60, out);
            if (fraction > 0) {
                out.bytes[out.length++] = '.';
                two(fraction / 10_000, out);
                two(fraction / 100 % 100, out);
                two(fraction % 100, out);
                while (out.bytes[out.length - 1] == '0') {
                    out.length--;
                }
            }
        }

        /**
         * Writes a day and returns its year, which is negative or 0 before Christ. A year begins in March here, so that a
         * leap day is its last: http://howardhinnant.github.io/date_algorithms.html#civil_from_days
         */
        private static long day(long since2000, Output out) {
            long days = since2000 + DAYS_TO_2000;
            long era = Math.floorDiv(days, DAYS_OF_400_YEARS);
            int ofEra = Math.floorMod(days, DAYS_OF_400_YEARS);
            int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
            int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            int monthFromMarch = (5 * ofYear + 2) / 153;
            int day = ofYear - (153 * monthFromMarch + 2) / 5 + 1;
            int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
            long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
            year(year > 0 ? year : 1 - year, out);
            out.bytes[out.length++] = '-';
            two(month, out);
            out.bytes[out.length++] = '-';
            two(day, out);
            return year;
        }

        private static void year(long year, Output out) {
            if (year < 10_000) {
                two((int) year / 100, out);
                two((int) year % 100, out);
            } else {
                out.write(Long.toString(year).getBytes(StandardCharsets.US_ASCII));
            }
        }

        private static void era(long year, Output out) {
            if (year <= 0) {
                out.write(BEFORE_CHRIST);
            }
        }

        private static void two(int number, Output out) {
            out.bytes[out.length++] = (byte) ('0' + number / 10);
            out.bytes[out.length++] = (byte) ('0' + number % 10);
        }

        private static void uuid(byte[] source, int from, Output out) {
            out.reserve(ROOM);
            for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    out.bytes[out.length++] = '-';
                }
                out.bytes[out.length++] = HEX[source[from + i] >> 4 & 15];
                out.bytes[out.length++] = HEX[source[from + i] & 15];
            }
        }
    }
}
