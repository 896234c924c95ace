package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import io.sluice.routing.WireRows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages of one conversation off a connection's bytes, before the driver makes objects of them. The driver gets all
 * the others, and so conducts the conversation: to it the statement has no rows.
 *
 * <p>A message is its type (1 byte), its length without the type (4 bytes), and its content. Where messages begin is
 * kept track of from the first one on, since a diversion may begin while one that nobody asked for is halfway there.
 */
final class RowDiversion extends ChannelDuplexHandler {

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
    private final Prepared prepared;
    private @Nullable Taker taker;

    /** The beginning of a message that goes on in the next read; it is looked at when it is whole, or its header is. */
    private byte[] begun = new byte[HEADER];

    private int begunLength;

    /** Bytes still to come of a message that the driver gets piece by piece. */
    private int passing;

    /** @param statements how many statements of batches are kept prepared, at most */
    RowDiversion(int statements) {
        this.prepared = new Prepared(statements);
    }

    /** The statements of batches that this connection has prepared. */
    Prepared prepared() {
        return prepared;
    }

    /** The next answer's rows go to {@code target}. On the loop, while the server has nothing else to answer. */
    void begin(WireRows target) {
        taker = new RowsTaker(target, known);
    }

    /** They are the driver's again, unless another one has begun. On the loop. */
    void end(WireRows target) {
        if (taker instanceof RowsTaker rows && rows.isFor(target)) {
            taker = null;
        }
    }

    /** The next conversation is {@code next}'s. On the loop, while the server has nothing else to answer. */
    void begin(Taker next) {
        taker = next;
    }

    /** It is the driver's again, unless another one has begun. On the loop. */
    void end(Taker over) {
        if (over.equals(taker)) {
            taker = null;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise, whose owner looks at it
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Taker current = taker;
        Object sent = current != null && message instanceof ByteBuf messages
                ? current.outgoing(messages, context.alloc())
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
            } else if (keeps(bytes[at])) {
                pass(context, read, unpassed, at);
                at = kept(bytes, at, end);
                unpassed = at;
            } else {
                whole(bytes, at);
                at += size;
            }
        }
        pass(context, read, unpassed, at);
        begin(bytes, at, end);
    }

    /** Hands over the messages that stand whole behind one another; returns where they end. */
    private int kept(byte[] bytes, int from, int end) {
        int at = from;
        do {
            whole(bytes, at);
            at += size(bytes, at);
        } while (end - at >= HEADER && keeps(bytes[at]) && end - at >= size(bytes, at));
        return at;
    }

    private boolean looksAt(byte type) {
        Taker current = taker;
        return type == PARAMETER_STATUS || (current != null && current.looksAt(type));
    }

    /** Whether the driver does not get them. */
    private boolean keeps(byte type) {
        Taker current = taker;
        return current != null && current.keeps(type);
    }

    private void whole(byte[] bytes, int at) {
        Taker current = taker;
        int end = at + size(bytes, at);
        if (bytes[at] == PARAMETER_STATUS) {
            parameter(bytes, at + HEADER, end);
        } else if (current != null) {
            current.take(bytes, at, at + HEADER, end);
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
            taker = null;
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
            boolean kept = keeps(begun[0]);
            whole(begun, 0);
            if (!kept) {
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
        Taker current = taker;
        if (current != null) {
            current.arrived();
        }
        context.fireChannelReadComplete();
    }
}
