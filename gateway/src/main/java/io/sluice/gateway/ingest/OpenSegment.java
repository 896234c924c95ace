package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** Rows for the same columns, being gathered. Not thread-safe. */
final class OpenSegment {

    /** What a segment is gathered in; the next one takes it over. */
    record Space(Output out, RowNumbers numbers) {

        /** One whose parts are kept up to these sizes. */
        static Space kept(int bytes, int rows) {
            return new Space(new Output(bytes), new RowNumbers(rows));
        }

        private void clear() {
            out.clear();
            numbers.clear();
        }
    }

    private final Target target;
    private final int[] columns;
    private final Space space;
    private final Output out;
    private final RowNumbers numbers;
    private boolean markers;

    /** {@code columns} by their positions in the table; {@code space} is empty. */
    OpenSegment(Target target, int[] columns, Space space) {
        this.target = target;
        this.columns = columns;
        this.space = space;
        this.out = space.out();
        this.numbers = space.numbers();
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

    /** What it was gathered in, for the next one. */
    Space space() {
        space.clear();
        return space;
    }
}
