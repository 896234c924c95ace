package io.sluice.routing.consistency;

/**
 * Where a session stands: it has seen, or written, everything up to {@code lsn} on {@code timeline}.
 *
 * <p>Clients get it as opaque text, versioned by its first character, and hand it back unchanged.
 */
public record ConsistencyToken(int timeline, Lsn lsn) {

    private static final String VERSION = "1.";

    /**
     * Reads a token that {@link #text()} wrote.
     *
     * @throws IllegalArgumentException where the text is not a token of a known version
     */
    public static ConsistencyToken parse(String text) {
        int dot = text.indexOf('.', VERSION.length());
        if (!text.startsWith(VERSION) || dot < 0) {
            throw malformed(text);
        }
        try {
            int timeline = Integer.parseInt(text, VERSION.length(), dot, 16);
            long position = Long.parseUnsignedLong(text, dot + 1, text.length(), 16);
            return new ConsistencyToken(timeline, new Lsn(position));
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "not a consistency token: '" + text + "', send back what a response carried, unchanged");
    }

    public String text() {
        return VERSION + Integer.toHexString(timeline) + "." + Long.toHexString(lsn.position());
    }

    /** The later of two positions; a higher timeline is always later. */
    public ConsistencyToken max(ConsistencyToken other) {
        if (timeline != other.timeline) {
            return timeline > other.timeline ? this : other;
        }
        return lsn.isAtLeast(other.lsn) ? this : other;
    }

    @Override
    public String toString() {
        return text();
    }
}
