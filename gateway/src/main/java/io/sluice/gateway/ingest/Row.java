package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** Reads one row after another, each over the one before, and writes its values in COPY's text format. */
interface Row {

    /**
     * Takes the bytes of one row, which must stay as they are until the next one.
     *
     * @throws RowRefusal where they are not a row of this table
     */
    void read(byte[] source, int from, int to);

    /** How many columns the row names. */
    int present();

    /** Whether it names the column at this position. */
    boolean names(int position);

    /**
     * Appends the value of a column that the row names.
     *
     * @throws RowRefusal for a value that no column can hold
     */
    void value(TargetColumn column, Output out);
}
