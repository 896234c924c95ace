package io.sluice.gateway.stream;

import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;
import io.sluice.routing.WireColumn;
import java.util.List;

/** Writes the rows of one answer. Stateful and not thread-safe; calls must come one after another. */
abstract class RowWriter {

    private final LastPlace place;
    private long rows;

    /** A writer for rows without a place. */
    RowWriter() {
        this(Placement.NONE);
    }

    RowWriter(Placement placement) {
        this.place = new LastPlace(placement);
    }

    /** Where the last row stands. */
    final LastPlace place() {
        return place;
    }

    /** The columns of data. */
    final List<WireColumn> columns(Cells row) {
        List<WireColumn> all = row.columns();
        return all.subList(0, all.size() - place.columns());
    }

    /** Appends a row; may throw halfway. */
    abstract void row(Cells row, Output out);

    /** Appends what was kept back of the rows so far: their reader should not wait for others. */
    void pause(Output out) {
        // Most formats keep nothing back.
    }

    /** Appends what follows the last row, or stands for no rows at all. */
    abstract void end(Output out);

    /** Appends the record that tells a client that this answer broke off. */
    abstract void error(ErrorBody error, Output out);

    /** Appends a row whole or not at all. */
    final void next(Cells row, Output out) {
        int start = out.length;
        try {
            row(row, out);
            rows++;
        } catch (RuntimeException e) {
            out.length = start;
            throw e;
        }
    }

    /** Rows written so far. */
    final long rows() {
        return rows;
    }
}
