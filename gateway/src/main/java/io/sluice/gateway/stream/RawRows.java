package io.sluice.gateway.stream;

import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;

/** Values as they are, with nothing around them: what SQL made for a media type of its own, and plans. */
final class RawRows extends RowWriter {

    private static final int BYTEA = 17;

    private boolean binary;

    @Override
    void row(Cells row, Output out) {
        if (rows() == 0) {
            binary = row.columns().get(0).type() == BYTEA;
        } else if (!binary) {
            out.write((byte) '\n');
        }
        if (row.isNull(0)) {
            return;
        }
        byte[] bytes = row.bytes(0);
        int from = row.at(0);
        int to = from + row.length(0);
        if (binary && bytes[from] == '\\') {
            decode(bytes, from + 2, to, out);
        } else {
            out.write(bytes, from, to);
        }
    }

    /** PostgreSQL's text form of bytes is {@code \x} and hexadecimal digits. */
    private static void decode(byte[] digits, int from, int to, Output out) {
        out.reserve((to - from) / 2);
        for (int i = from; i + 1 < to; i += 2) {
            out.write((byte) (Character.digit(digits[i], 16) << 4 | Character.digit(digits[i + 1], 16)));
        }
    }

    @Override
    void end(Output out) {
        // Nothing stands for no rows, and nothing ends them.
    }

    @Override
    void error(ErrorBody error, Output out) {
        // There is no place for a record in a form that is not known: the broken connection has to tell.
    }
}
