package io.sluice.routing.pool;

import io.sluice.routing.WireColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The message that announces the columns of the rows that follow. */
final class RowDescription {

    /** Between a column's name, which ends with a zero, and its type: the table's oid and the column's number. */
    private static final int ORIGIN = 6;

    /** Behind its type: the type's length and modifier. */
    private static final int LENGTH = 6;

    private RowDescription() {}

    /** Reads its content, which begins with the number of columns. */
    static List<WireColumn> columns(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int count = in.getShort(from);
        int at = from + Short.BYTES;
        List<WireColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int end = at;
            while (bytes[end] != 0) {
                end++;
            }
            String name = new String(bytes, at, end - at, StandardCharsets.UTF_8);
            at = end + 1 + ORIGIN;
            int format = at + Integer.BYTES + LENGTH;
            columns.add(new WireColumn(name, in.getInt(at), in.getShort(format) == 1));
            at = format + Short.BYTES;
        }
        return List.copyOf(columns);
    }
}
