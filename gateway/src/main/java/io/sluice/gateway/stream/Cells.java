package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.gateway.text.Output;
import io.sluice.routing.WireColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row in PostgreSQL's text format, without an object for each; those that come in binary are made text.
 * One instance serves all rows of a result, one after another. Not thread-safe.
 */
final class Cells {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int NULL = -1;
    private static final int KEPT_BYTES = 64 * 1024;

    private List<WireColumn> columns = List.of();
    private int[] at = {};
    private int[] lengths = {};

    /** How the values of the columns that come in binary become text; null for the others. */
    private @Nullable BinaryText[] binary = {};

    /** What the values stand in, but for these. */
    private byte[] bytes = {};

    /** What these stand in. */
    private final Output texts = new Output();

    private byte[] copies = new byte[256];

    void columns(List<WireColumn> announced) {
        columns = announced;
        at = new int[announced.size()];
        lengths = new int[announced.size()];
        binary = announced.stream().map(Cells::binary).toArray(BinaryText[]::new);
    }

    private static @Nullable BinaryText binary(WireColumn column) {
        if (!column.binary()) {
            return null;
        }
        BinaryText known = BinaryText.of(column.type());
        if (known == null) {
            throw new IllegalStateException("Column " + column.name() + " comes in binary, which nobody asked for");
        }
        return known;
    }

    List<WireColumn> columns() {
        return columns;
    }

    /** Shows a row as it came over the wire. */
    Cells show(byte[] wire, int from) {
        bytes = wire;
        texts.clear();
        int next = from + Short.BYTES;
        for (int i = 0; i < at.length; i++) {
            int length = (int) INT.get(wire, next);
            next += Integer.BYTES;
            if (length > 0 && binary[i] != null) {
                at[i] = texts.length;
                binary[i].write(wire, next, texts);
                lengths[i] = texts.length - at[i];
            } else {
                at[i] = next;
                lengths[i] = length;
            }
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

    /** What a value stands in. */
    byte[] bytes(int index) {
        return binary[index] == null ? bytes : texts.bytes;
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
