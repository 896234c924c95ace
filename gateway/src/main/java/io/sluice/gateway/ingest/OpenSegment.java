package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** Rows for the same columns, being gathered. Not thread-safe. */
final class OpenSegment {

    private final Target target;
    private final int[] columns;
    private final Output out;
    private final RowNumbers numbers = new RowNumbers();
    private boolean markers;

    /** {@code columns} by their positions in the table; {@code out} is empty. */
    OpenSegment(Target target, int[] columns, Output out) {
        this.target = target;
        this.columns = columns;
        this.out = out;
    }

    int[] columns() {
        return columns;
    }

    /** Whether the row's values, and nothing or markers for columns that it does not name, are a row of this segment. */
    boolean fits(Row row) {
        int named = 0;
        for (int position : columns) {
            if (row.names(position)) {
                named++;
            } else if (!target.omittable(position)) {
                return false;
            }
        }
        return named == row.present();
    }

    /**
     * Takes a row that fits.
     *
     * @return how many bytes it has
     * @throws RowRefusal for a value that no column can hold
     */
    int add(Row row, long number, long line) {
        int start = out.length;
        try {
            markers |= CopyFormat.row(row, target, columns, out);
        } catch (RowRefusal refusal) {
            out.length = start;
            throw refusal;
        }
        numbers.add(number, line, out.length);
        return out.length - start;
    }

    boolean isEmpty() {
        return numbers.count() == 0;
    }

    Segment close() {
        return Segment.of(target, columns, markers, out, numbers);
    }

    /** What it wrote into, for the next one. */
    Output output() {
        out.clear();
        return out;
    }
}
