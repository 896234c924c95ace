package io.sluice.gateway.query;

/**
 * The columns that stand before the data where an answer needs to know more than its rows. They are the same on each
 * row; where there are no rows, one row carries them alone, with {@link #PRESENT} null.
 */
public enum Frame {
    /** How many rows there are before a page is cut out, or how many were written. */
    TOTAL(0),
    /** How many of the written rows are new; of a write by key, how many rows of the body repeat a key. */
    INSERTED(1),
    /** A JSON array of the key values of the only row that was written. */
    KEY(2),
    /** What SQL set as {@code response.headers}. */
    HEADERS(3),
    /** What SQL set as {@code response.status}. */
    STATUS(4),
    /** {@link #SESSION_MADE} where the settings of the request's transaction hold. */
    SESSION(5),
    /** Not null where a row follows. */
    PRESENT(6);

    /** A setting that is made with those of a request, for as long as its transaction. */
    public static final String SESSION_SETTING = "sluice.session";

    /** Its value. */
    public static final String SESSION_MADE = "made";

    /** How many columns there are. */
    public static final int WIDTH = values().length;

    private final int index;

    Frame(int index) {
        this.index = index;
    }

    /** Where the column stands in a row, from 0. */
    public int index() {
        return index;
    }

    static final String SETTINGS = "nullif(current_setting('response.headers', true), '') AS sluice_headers, "
            + "nullif(current_setting('response.status', true), '') AS sluice_status, "
            + "current_setting('" + SESSION_SETTING + "', true) AS sluice_session";
}
