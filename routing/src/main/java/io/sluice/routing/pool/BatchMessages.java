package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireType;
import io.sluice.routing.wire.WireValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages of PostgreSQL's extended query protocol, one behind another: each its type (1 byte), its length without the
 * type (4 bytes), and its content.
 */
final class BatchMessages {

    private static final int HEADER = 5;
    private static final int BINARY = 1;
    private static final int ALL_ROWS = 0;

    private final ByteBuf out;

    BatchMessages(ByteBufAllocator allocator) {
        this.out = allocator.buffer();
    }

    /** The message by which the driver sends a statement without parameters. */
    static byte[] query(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER + text.length + 1)
                .put((byte) 'Q')
                .putInt(Integer.BYTES + text.length + 1)
                .put(text)
                .array();
    }

    static boolean isWhole(ByteBuf messages, byte[] message) {
        if (messages.readableBytes() != message.length) {
            return false;
        }
        for (int i = 0; i < message.length; i++) {
            if (messages.getByte(messages.readerIndex() + i) != message[i]) {
                return false;
            }
        }
        return true;
    }

    /** Parse and Describe. */
    void prepare(String name, WireStatement statement) {
        int parse = begin('P');
        text(name);
        text(statement.sql());
        out.writeShort(statement.parameters().size());
        for (WireType type : statement.parameters()) {
            out.writeInt(type.oid());
        }
        end(parse);
        int describe = begin('D');
        out.writeByte('S');
        text(name);
        end(describe);
    }

    /** Bind, with values and results in binary, and Execute. */
    void execute(String name, List<WireValue> values) {
        int bind = begin('B');
        text("");
        text(name);
        formats(values.isEmpty() ? 0 : 1);
        out.writeShort(values.size());
        for (WireValue value : values) {
            value.writeTo(out);
        }
        formats(1);
        end(bind);
        int execute = begin('E');
        text("");
        out.writeInt(ALL_ROWS);
        end(execute);
    }

    private void formats(int count) {
        out.writeShort(count);
        if (count > 0) {
            out.writeShort(BINARY);
        }
    }

    /** The end of the batch. */
    void sync() {
        end(begin('S'));
    }

    /** All of it. */
    ByteBuf buffer() {
        return out;
    }

    void release() {
        out.release();
    }

    private int begin(char type) {
        int start = out.writerIndex();
        out.writeByte(type).writeInt(0);
        return start;
    }

    private void end(int start) {
        out.setInt(start + 1, out.writerIndex() - start - 1);
    }

    private void text(String text) {
        ByteBufUtil.writeUtf8(out, text);
        out.writeByte(0);
    }
}
