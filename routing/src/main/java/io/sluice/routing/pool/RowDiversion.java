package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of one statement off a connection's bytes, before the driver makes objects of them. The driver gets all
 * the other messages, and so conducts the conversation: to it the statement has no rows. What it asks for is changed where
 * {@link KnownResults} say so.
 *
 * <p>A message is its type (1 byte), its length without the type (4 bytes), and its content. Where messages begin is
 * kept track of from the first one on, since a diversion may begin while one that nobody asked for is halfway there.
 */
final class RowDiversion extends ChannelDuplexHandler {

    private static final byte DATA_ROW = 'D';
    private static final byte ROW_DESCRIPTION = 'T';
    private static final byte READY_FOR_QUERY = 'Z';
    private static final byte PARAMETER_STATUS = 'S';
    private static final int HEADER = 5;
    private static final int READ_BYTES = 64 * 1024;
    private static final int KEPT_BYTES = 8 * 1024;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** What a thread has read last. */
    private static final FastThreadLocal<byte[]> LAST_READ = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[READ_BYTES];
        }
    };

    private final KnownResults known = new KnownResults();
    private @Nullable WireRows rows;

    /** The beginning of a message that goes on in the next read; it is looked at when it is whole, or its header is. */
    private byte[] begun = new byte[HEADER];

    private int begunLength;

    /** Bytes still to come of a message that the driver gets piece by piece. */
    private int passing;

    /** The next answer's rows go to {@code target}. On the loop, while the server has nothing else to answer. */
    void begin(WireRows target) {
        rows = target;
        known.begin();
    }

    /** They are the driver's again, unless another one has begun. On the loop. */
    void end(WireRows target) {
        if (target.equals(rows)) {
            rows = null;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise, whose owner looks at it
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        WireRows target = rows;
        Object sent = target != null && message instanceof ByteBuf messages
                ? known.outgoing(messages, context.alloc(), target)
                : message;
        context.write(sent, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf read)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            int length = read.readableBytes();
            byte[] bytes = length > READ_BYTES ? new byte[length] : LAST_READ.get();
            read.getBytes(read.readerIndex(), bytes, 0, length);
            take(context, read, bytes, length);
        } finally {
            read.release();
        }
    }

    private void take(ChannelHandlerContext context, ByteBuf read, byte[] bytes, int end) {
        int unpassed = goOn(context, bytes, end);
        int at = unpassed + passed(end - unpassed);
        while (at < end) {
            if (end - at < HEADER) {
                break;
            }
            int size = size(bytes, at);
            if (!looksAt(bytes[at])) {
                see(bytes[at]);
                passing = size;
                at += passed(end - at);
            } else if (end - at < size) {
                break;
            } else if (bytes[at] == DATA_ROW) {
                pass(context, read, unpassed, at);
                at = rows(bytes, at, end);
                unpassed = at;
            } else {
                whole(bytes, at);
                at += size;
            }
        }
        pass(context, read, unpassed, at);
        begin(bytes, at, end);
    }

    /** Hands over the rows that stand whole behind one another; returns where they end. */
    private int rows(byte[] bytes, int from, int end) {
        int at = from;
        do {
            whole(bytes, at);
            at += size(bytes, at);
        } while (end - at >= HEADER && looksAt(bytes[at]) && bytes[at] == DATA_ROW && end - at >= size(bytes, at));
        return at;
    }

    private boolean looksAt(byte type) {
        return type == PARAMETER_STATUS || (rows != null && (type == DATA_ROW || type == ROW_DESCRIPTION));
    }

    private void whole(byte[] bytes, int at) {
        WireRows target = rows;
        if (bytes[at] == PARAMETER_STATUS) {
            parameter(bytes, at + HEADER, at + size(bytes, at));
        } else if (target != null && bytes[at] == DATA_ROW) {
            List<WireColumn> expected = known.takeExpected();
            if (expected != null) {
                target.columns(expected);
            }
            target.row(bytes, at + HEADER);
        } else if (target != null) {
            List<WireColumn> columns = RowDescription.columns(bytes, at + HEADER);
            known.described(columns, target);
            target.columns(columns);
        }
    }

    /** A name and a value, each with a zero behind it. */
    private void parameter(byte[] bytes, int from, int to) {
        String[] texts = new String(bytes, from, to - from, StandardCharsets.UTF_8).split("\0", -1);
        if (texts.length > 1) {
            known.parameter(texts[0], texts[1]);
        }
    }

    /** The answer has come to its end. What the driver begins when it hears of it is another one. */
    private void see(byte type) {
        if (type == READY_FOR_QUERY) {
            rows = null;
        }
    }

    /** How much of {@code count} bytes belongs to the message that is being passed on. */
    private int passed(int count) {
        int part = Math.min(passing, count);
        passing -= part;
        return part;
    }

    private static void pass(ChannelHandlerContext context, ByteBuf read, int from, int to) {
        if (from < to) {
            context.fireChannelRead(read.retainedSlice(read.readerIndex() + from, to - from));
        }
    }

    /** Keeps the beginning of a message. */
    private void begin(byte[] bytes, int from, int to) {
        if (from < to) {
            keep(bytes, from, to - from, to - from < HEADER ? HEADER : size(bytes, from));
        }
    }

    private void keep(byte[] bytes, int from, int count, int room) {
        if (begun.length < room) {
            begun = Arrays.copyOf(begun, room);
        }
        System.arraycopy(bytes, from, begun, begunLength, count);
        begunLength += count;
    }

    /** Takes from a read what belongs to the message that was begun before; returns how much that is. */
    private int goOn(ChannelHandlerContext context, byte[] bytes, int end) {
        if (begunLength == 0) {
            return 0;
        }
        int at = 0;
        if (begunLength < HEADER) {
            at = Math.min(HEADER - begunLength, end);
            keep(bytes, 0, at, HEADER);
            if (begunLength < HEADER) {
                return at;
            }
        }
        int size = size(begun, 0);
        if (!looksAt(begun[0])) {
            see(begun[0]);
            passing = size - begunLength;
            passBegun(context);
            return at;
        }
        int part = Math.min(size - begunLength, end - at);
        keep(bytes, at, part, size);
        if (begunLength == size) {
            whole(begun, 0);
            if (begun[0] != DATA_ROW) {
                passBegun(context);
            }
            drop();
        }
        return at + part;
    }

    private void passBegun(ChannelHandlerContext context) {
        ByteBuf message = context.alloc().buffer(begunLength).writeBytes(begun, 0, begunLength);
        drop();
        context.fireChannelRead(message);
    }

    private void drop() {
        begunLength = 0;
        if (begun.length > KEPT_BYTES) {
            begun = new byte[HEADER];
        }
    }

    /** Of a whole message. */
    private static int size(byte[] bytes, int at) {
        return 1 + Math.max(HEADER - 1, (int) INT.get(bytes, at + 1));
    }

    /** Whatever has arrived was handed over. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        WireRows target = rows;
        if (target != null) {
            target.arrived();
        }
        context.fireChannelReadComplete();
    }
}
