package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one connection knows of the results of its prepared statements. The driver asks for all values in text and each
 * time for the columns; of a statement that was run before its {@code Bind} is changed on the way, so that values come in
 * the formats that are wanted, and the columns are not asked for again. On the connection's loop only.
 *
 * <p>It holds for as long as the statement: one whose columns would be others fails when it is bound, and the driver
 * prepares it anew under another name.
 */
final class KnownResults {

    private static final int MOST = 256;
    private static final byte BIND = 'B';
    private static final byte DESCRIBE = 'D';
    private static final int HEADER = 5;

    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, Result> results = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Result> eldest) {
            return size() > MOST;
        }
    };

    /** The statement that was bound in this conversation; empty where none was, or one without a name. */
    private String bound = "";

    /** The columns of the answer to it, where the server was not asked for them. */
    private @Nullable List<WireColumn> expected;

    /** The columns of a statement, for readers who want these types in binary. */
    private record Result(List<WireColumn> columns, Set<Integer> binaryTypes) {

        static Result of(List<WireColumn> columns, Set<Integer> binaryTypes) {
            List<WireColumn> wanted = columns.stream()
                    .map(column -> new WireColumn(column.name(), column.type(), binaryTypes.contains(column.type())))
                    .toList();
            return new Result(wanted, binaryTypes);
        }
    }

    /** A conversation begins. */
    void begin() {
        bound = "";
        expected = null;
    }

    /** The server has said that a parameter of the session is this. */
    void parameter(String name, String value) {
        parameters.put(name, value);
    }

    /** The server has described the rows of a statement. */
    void described(List<WireColumn> columns, WireRows target) {
        expected = null;
        if (!bound.isEmpty()) {
            results.put(bound, Result.of(columns, target.binaryTypes(parameters)));
        }
    }

    /** The columns of rows that are there, where the server will not say them; once for each answer. */
    @Nullable
    List<WireColumn> takeExpected() {
        List<WireColumn> columns = expected;
        expected = null;
        return columns;
    }

    /** Messages on their way to the server, which are released where others are returned. */
    ByteBuf outgoing(ByteBuf messages, ByteBufAllocator allocator, WireRows target) {
        int at = messages.readerIndex();
        while (messages.writerIndex() - at >= HEADER) {
            int next = at + size(messages, at);
            if (messages.getByte(at) == BIND && next <= messages.writerIndex()) {
                return bind(messages, at, next, allocator, target);
            }
            at = next;
        }
        return messages;
    }

    private ByteBuf bind(ByteBuf messages, int at, int end, ByteBufAllocator allocator, WireRows target) {
        int name = behindText(messages, at + HEADER);
        int values = behindText(messages, name);
        bound = messages.toString(name, values - 1 - name, StandardCharsets.UTF_8);
        expected = null;
        Result known = results.get(bound);
        int formats = behindValues(messages, values);
        if (known == null || messages.getShort(formats) != 0) {
            // The first time, or somebody has already asked for formats.
            return messages;
        }
        Set<Integer> binaryTypes = target.binaryTypes(parameters);
        if (!known.binaryTypes().equals(binaryTypes)) {
            known = Result.of(known.columns(), binaryTypes);
            results.put(bound, known);
        }
        expected = known.columns();
        try {
            return withFormats(messages, at, formats, end, known.columns(), allocator);
        } finally {
            messages.release();
        }
    }

    private static ByteBuf withFormats(
            ByteBuf messages, int at, int formats, int end, List<WireColumn> columns, ByteBufAllocator allocator) {
        int more = Short.BYTES * columns.size();
        int from = messages.readerIndex();
        ByteBuf changed = allocator.buffer(messages.readableBytes() + more);
        changed.writeBytes(messages, from, formats - from);
        changed.setInt(at - from + 1, messages.getInt(at + 1) + more);
        changed.writeShort(columns.size());
        for (WireColumn column : columns) {
            changed.writeShort(column.binary() ? 1 : 0);
        }
        int rest = isDescribe(messages, end) ? end + size(messages, end) : end;
        return changed.writeBytes(messages, rest, messages.writerIndex() - rest);
    }

    private static boolean isDescribe(ByteBuf messages, int at) {
        return messages.writerIndex() - at >= HEADER && messages.getByte(at) == DESCRIBE;
    }

    /** A text ends with a zero. */
    private static int behindText(ByteBuf messages, int from) {
        return from + messages.bytesBefore(from, messages.writerIndex() - from, (byte) 0) + 1;
    }

    /** The parameters' formats, and their values behind their lengths; -1 is null's. */
    private static int behindValues(ByteBuf messages, int from) {
        int at = from + Short.BYTES * (1 + messages.getUnsignedShort(from));
        int values = messages.getUnsignedShort(at);
        at += Short.BYTES;
        for (int i = 0; i < values; i++) {
            at += Integer.BYTES + Math.max(0, messages.getInt(at));
        }
        return at;
    }

    private static int size(ByteBuf messages, int at) {
        return 1 + Math.max(Integer.BYTES, messages.getInt(at + 1));
    }
}
