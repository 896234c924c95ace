package io.sluice.gateway.query;

/** How a row leaves the database. */
public enum RowShape {
    /** Columns in PostgreSQL's text form. */
    TEXT,
    /** Columns that a row writer can make JSON of. */
    COLUMNS,
    /** One column with the whole row as a JSON object. */
    OBJECT,
    /** The same without members that are null. */
    STRIPPED_OBJECT
}
