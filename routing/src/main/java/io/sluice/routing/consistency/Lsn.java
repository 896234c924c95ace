package io.sluice.routing.consistency;

/**
 * A position in PostgreSQL's write-ahead log: an unsigned 64-bit count of bytes, written {@code 16/B374D848}.
 *
 * <p>Our own type because the driver's parser extends the sign above {@code /7FFFFFFF} and takes garbage for {@code 0/0}.
 */
public record Lsn(long position) implements Comparable<Lsn> {

    private static final long SEGMENT_BYTES = 16 << 20;
    private static final long PAGE_BYTES = 8192;
    private static final long LONG_HEADER_BYTES = 40;
    private static final long SHORT_HEADER_BYTES = 24;

    public static final Lsn ZERO = new Lsn(0);

    /**
     * Reads PostgreSQL's text form.
     *
     * @throws IllegalArgumentException where the text is not two hexadecimal numbers of at most 32 bits
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash - 1 > 8 || text.length() == slash + 1) {
            throw malformed(text);
        }
        try {
            long high = Long.parseUnsignedLong(text, 0, slash, 16);
            long low = Long.parseUnsignedLong(text, slash + 1, text.length(), 16);
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("not a WAL position: '" + text + "', expected a form like 16/B374D848");
    }

    public boolean isAtLeast(Lsn other) {
        return compareTo(other) >= 0;
    }

    /** Bytes of WAL from {@code other} to this position; negative where {@code other} is ahead. */
    public long minus(Lsn other) {
        return position - other.position;
    }

    /**
     * The insert position of an idle primary may lie behind a page header, where no record can end, so that no replica
     * ever reaches it before the next write. The end of the page before says the same and is reached.
     */
    public Lsn withoutPageHeader() {
        if (Long.remainderUnsigned(position, SEGMENT_BYTES) == LONG_HEADER_BYTES) {
            return new Lsn(position - LONG_HEADER_BYTES);
        }
        return Long.remainderUnsigned(position, PAGE_BYTES) == SHORT_HEADER_BYTES
                ? new Lsn(position - SHORT_HEADER_BYTES)
                : this;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(position, other.position);
    }

    @Override
    public String toString() {
        return Long.toHexString(position >>> 32).toUpperCase(java.util.Locale.ROOT) + "/"
                + Long.toHexString(position & 0xFFFFFFFFL).toUpperCase(java.util.Locale.ROOT);
    }
}
