package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.Row;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;

/** Values as they are, with nothing around them: what SQL made for a media type of its own, and plans. */
final class RawRows extends RowWriter {

    private static final int BYTEA = 17;

    private boolean binary;

    @Override
    void row(Row row, Output out) {
        if (rows() == 0) {
            binary = oid(row.getMetadata().getColumnMetadatas().get(0)) == BYTEA;
        } else if (!binary) {
            out.write((byte) '\n');
        }
        RawColumn column = row.get(0, RawColumn.class);
        if (column == null) {
            return;
        }
        ByteBuf bytes = column.bytes();
        if (binary && bytes.getByte(bytes.readerIndex()) == '\\') {
            decode(bytes, bytes.readerIndex() + 2, bytes.writerIndex(), out);
        } else {
            out.write(bytes, bytes.readerIndex(), bytes.readableBytes());
        }
    }

    /** PostgreSQL's text form of bytes is {@code \x} and hexadecimal digits. */
    private static void decode(ByteBuf digits, int from, int to, Output out) {
        out.reserve((to - from) / 2);
        for (int i = from; i + 1 < to; i += 2) {
            out.write(
                    (byte) (Character.digit(digits.getByte(i), 16) << 4 | Character.digit(digits.getByte(i + 1), 16)));
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
