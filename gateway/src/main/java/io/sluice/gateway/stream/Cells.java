package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.routing.WireColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The values of one row in PostgreSQL's text format, without an object for each. One instance serves all rows of a
 * result, one after another. Not thread-safe.
 */
final class Cells {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int NULL = -1;
    private static final int KEPT_BYTES = 64 * 1024;

    private List<WireColumn> columns = List.of();
    private int[] at = {};
    private int[] lengths = {};

    /** What the values stand in. */
    private byte[] bytes = {};

    private byte[] copies = new byte[256];

    void columns(List<WireColumn> announced) {
        columns = announced;
        at = new int[announced.size()];
        lengths = new int[announced.size()];
    }

    List<WireColumn> columns() {
        return columns;
    }

    /** Shows a row as it came over the wire. */
    Cells show(byte[] wire, int from) {
        bytes = wire;
        int next = from + Short.BYTES;
        for (int i = 0; i < at.length; i++) {
            int length = (int) INT.get(wire, next);
            next += Integer.BYTES;
            at[i] = next;
            lengths[i] = length;
            next += Math.max(0, length);
        }
        return this;
    }

    /** Shows a row of the driver's, whose bytes are copied. */
    Cells show(Row row, RowMetadata metadata) {
        if (columns.isEmpty()) {
            columns(metadata.getColumnMetadatas().stream().map(Cells::column).toList());
        }
        if (copies.length > KEPT_BYTES) {
            copies = new byte[KEPT_BYTES];
        }
        int next = 0;
        for (int i = 0; i < at.length; i++) {
            RawColumn column = row.get(i, RawColumn.class);
            at[i] = next;
            lengths[i] = column == null ? NULL : copy(column.bytes(), next);
            next += Math.max(0, lengths[i]);
        }
        bytes = copies;
        return this;
    }

    private int copy(ByteBuf value, int to) {
        int length = value.readableBytes();
        if (copies.length - to < length) {
            copies = Arrays.copyOf(copies, Math.max(to + length, copies.length * 2));
        }
        value.getBytes(value.readerIndex(), copies, to, length);
        return length;
    }

    private static WireColumn column(ColumnMetadata column) {
        return new WireColumn(column.getName(), column.getNativeTypeMetadata() instanceof Integer oid ? oid : 0);
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isNull(int index) {
        return lengths[index] < 0;
    }

    /** Where a value begins. */
    int at(int index) {
        return at[index];
    }

    int length(int index) {
        return lengths[index];
    }
}
