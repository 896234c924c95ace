package io.sluice.gateway.arrow;

import io.sluice.gateway.text.Output;
import java.util.List;

/**
 * Gathers rows into record batches, column by column. A row's values come one after another, from the first column to
 * the last. Not thread-safe.
 */
public final class ArrowWriter {

    /** A batch is written when it has that many bytes, a larger row by itself. */
    private static final int BATCH_BYTES = 128 * 1024;

    private final ArrowColumn[] columns;
    private final boolean[] variable;
    private int rows;
    private long bytes;

    /** Writes the schema to {@code out}. */
    public ArrowWriter(List<ArrowField> fields, Output out) {
        columns = fields.stream().map(ArrowColumn::of).toArray(ArrowColumn[]::new);
        variable = new boolean[columns.length];
        for (int i = 0; i < columns.length; i++) {
            variable[i] = columns[i] instanceof VariableColumn;
        }
        Messages.schema(fields, out);
    }

    public int width() {
        return columns.length;
    }

    /** A value in PostgreSQL's text format. */
    public void value(int column, byte[] source, int index, int count) {
        columns[column].value(source, index, count);
        bytes += variable[column] ? count + Integer.BYTES : Long.BYTES;
    }

    public void nothing(int column) {
        columns[column].nothing();
        bytes += Long.BYTES;
    }

    /** The row is complete: writes the batch to {@code out} when it is large enough. */
    public void endRow(Output out) {
        rows++;
        bytes++;
        if (bytes >= BATCH_BYTES) {
            writeBatch(out);
        }
    }

    private void writeBatch(Output out) {
        Messages.batch(columns, rows, out);
        for (ArrowColumn column : columns) {
            column.clear();
        }
        rows = 0;
        bytes = 0;
    }

    /** Writes the rows that wait for others, as a batch of their own. */
    public void flush(Output out) {
        if (rows > 0) {
            writeBatch(out);
        }
    }

    /** Writes what is left, and the end of the stream. */
    public void end(Output out) {
        flush(out);
        Messages.end(out);
    }
}
