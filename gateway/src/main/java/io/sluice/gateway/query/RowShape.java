package io.sluice.gateway.query;

import io.sluice.gateway.schema.MediaHandler;
import io.sluice.gateway.schema.QualifiedName;

/** How a row leaves the database. */
public sealed interface RowShape {

    /** Columns in PostgreSQL's text form. */
    RowShape TEXT = Plain.TEXT;

    /** Columns that a row writer can make JSON of. */
    RowShape COLUMNS = Plain.COLUMNS;

    /** One column with the whole row as a JSON object. */
    RowShape OBJECT = Plain.OBJECT;

    /** The same without members that are null. */
    RowShape STRIPPED_OBJECT = Plain.STRIPPED_OBJECT;

    /** The shapes that know nothing of the database. */
    enum Plain implements RowShape {
        TEXT,
        COLUMNS,
        OBJECT,
        STRIPPED_OBJECT
    }

    /** One value made of all rows by an aggregate. */
    record Aggregated(MediaHandler handler) implements RowShape {}

    /** One column with the JSON that a function makes of each row. */
    record Mapped(QualifiedName function) implements RowShape {}
}
