package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** COPY's text format, which PostgreSQL parses with the input function of each column's type. */
final class CopyFormat {

    static final byte[] NULL = {'\\', 'N'};

    /** The marker that {@link Target#copy} announces. */
    static final byte[] DEFAULT = {'\\', 'D'};

    private CopyFormat() {}

    /**
     * Appends the values that {@code row} has for the columns at {@code positions}, in their order.
     *
     * @return whether there is a marker among them
     */
    static boolean row(Row row, Target target, int[] positions, Output out) {
        boolean marked = false;
        for (int i = 0; i < positions.length; i++) {
            if (i > 0) {
                out.write((byte) '\t');
            }
            TargetColumn column = target.columns().get(positions[i]);
            if (row.names(column.position())) {
                row.value(column, out);
            } else {
                boolean defaulted = column.absence() == TargetColumn.Absence.DEFAULT;
                out.write(defaulted ? DEFAULT : NULL);
                marked |= defaulted;
            }
        }
        out.write((byte) '\n');
        return marked;
    }
}
