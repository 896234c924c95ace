package io.sluice.gateway.query;

/**
 * The columns that stand before the data where an answer needs to know more than its rows. They are the same on each
 * row; where there are no rows, one row carries them alone, with {@link #PRESENT} null.
 */
public enum Frame {
    /** How many rows there are before a page is cut out, or how many were written. */
    TOTAL,
    /** How many of the written rows are new. */
    INSERTED,
    /** A JSON array of the key values of the only row that was written. */
    KEY,
    /** What SQL set as {@code response.headers}. */
    HEADERS,
    /** What SQL set as {@code response.status}. */
    STATUS,
    /** Not null where a row follows. */
    PRESENT;

    /** How many columns there are. */
    public static final int WIDTH = values().length;

    static final String SETTINGS = "nullif(current_setting('response.headers', true), '') AS sluice_headers, "
            + "nullif(current_setting('response.status', true), '') AS sluice_status";
}
