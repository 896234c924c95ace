package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** Writes rows in COPY's text format, which PostgreSQL parses with the input function of each column's type. */
final class CopyText {

    private static final byte[] NULL = {'\\', 'N'};
    private static final byte[] DEFAULT = {'\\', 'D'};

    private CopyText() {}

    /** Appends the values that {@code row} has for the columns at {@code positions}, in their order. */
    static void row(byte[] source, JsonRow row, Target target, int[] positions, Output out) {
        for (int i = 0; i < positions.length; i++) {
            if (i > 0) {
                out.write((byte) '\t');
            }
            value(source, row, target.columns().get(positions[i]), out);
        }
        out.write((byte) '\n');
    }

    private static void value(byte[] source, JsonRow row, TargetColumn column, Output out) {
        int position = column.position();
        int start = row.start(position);
        int end = row.end(position);
        int from = out.length;
        switch (row.token(position)) {
            case ABSENT -> out.write(column.absence() == TargetColumn.Absence.DEFAULT ? DEFAULT : NULL);
            case NULL -> out.write(NULL);
            case TRUE, FALSE, NUMBER -> out.write(source, start, end);
            case STRING -> {
                if (column.kind() == TargetColumn.Kind.JSON) {
                    out.write(source, start, end);
                } else {
                    out.write(source, start + 1, end - 1);
                }
            }
            case ESCAPED_STRING -> {
                if (column.kind() == TargetColumn.Kind.JSON) {
                    out.write(source, start, end);
                } else {
                    JsonStrings.decode(source, start + 1, end - 1, out);
                }
                Escapes.COPY.apply(out, from);
            }
            case OBJECT -> {
                out.write(source, start, end);
                Escapes.COPY.apply(out, from);
            }
            case ARRAY -> {
                if (column.kind() == TargetColumn.Kind.ARRAY) {
                    new ArrayLiteral(source, start, end).write(out);
                } else {
                    out.write(source, start, end);
                }
                Escapes.COPY.apply(out, from);
            }
        }
    }
}
