package io.sluice.gateway.arrow;

/** Reads dates and timestamps as PostgreSQL writes them in ISO style, without an object for each. Not thread-safe. */
final class TimeText {

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final int FRACTION_DIGITS = 6;

    private byte[] source = {};
    private int at;
    private int end;

    /** Days since 1970-01-01. */
    long date(byte[] text, int index, int count) {
        begin(text, index, count);
        return days();
    }

    /** Microseconds since 1970-01-01 00:00, of UTC where the text has an offset from it. */
    long timestamp(byte[] text, int index, int count) {
        begin(text, index, count);
        long days = days();
        expect(' ');
        long seconds = clock();
        long micros = fraction();
        if (at < end && source[at] != ' ') {
            seconds -= offset();
        }
        long sinceEpoch = Math.addExact(Math.multiplyExact(days, SECONDS_PER_DAY), seconds);
        return Math.addExact(Math.multiplyExact(sinceEpoch, MICROS_PER_SECOND), micros);
    }

    private void begin(byte[] text, int index, int count) {
        source = text;
        at = index;
        end = index + count;
    }

    private long days() {
        long year = number();
        expect('-');
        int month = (int) number();
        expect('-');
        int day = (int) number();
        boolean beforeChrist = end - at >= 3 && source[end - 1] == 'C' && source[end - 3] == ' ';
        return daysOf(beforeChrist ? 1 - year : year, month, day);
    }

    /** Of the Gregorian calendar, in both directions; years begin in March, so that leap days come last. */
    private static long daysOf(long year, int month, int day) {
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400L);
        long yearOfEra = shifted - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    private long clock() {
        long seconds = number() * 3600;
        expect(':');
        seconds += number() * 60;
        if (at < end && source[at] == ':') {
            at++;
            seconds += number();
        }
        return seconds;
    }

    private long fraction() {
        if (at >= end || source[at] != '.') {
            return 0;
        }
        int from = ++at;
        long value = number();
        for (int digits = at - from; digits < FRACTION_DIGITS; digits++) {
            value *= 10;
        }
        return value;
    }

    /** Seconds east of Greenwich. */
    private long offset() {
        boolean west = source[at] == '-';
        if (!west) {
            expect('+');
        } else {
            at++;
        }
        long seconds = number() * 3600;
        for (int unit = 60; unit > 0 && at < end && source[at] == ':'; unit /= 60) {
            at++;
            seconds += number() * unit;
        }
        return west ? -seconds : seconds;
    }

    private long number() {
        int from = at;
        long value = 0;
        while (at < end && source[at] >= '0' && source[at] <= '9') {
            value = value * 10 + source[at++] - '0';
        }
        if (at == from) {
            throw new NumberFormatException("no number");
        }
        return value;
    }

    private void expect(char character) {
        if (at >= end || source[at] != character) {
            throw new NumberFormatException("no '" + character + "'");
        }
        at++;
    }
}
