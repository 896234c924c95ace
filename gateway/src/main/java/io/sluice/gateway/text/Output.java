package io.sluice.gateway.text;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A growing array of bytes that encoders write to. Not thread-safe. */
public final class Output {

    private static final int INITIAL = 1024;

    private final int keptBytes;

    @SuppressWarnings("MutablePublicArray")
    public byte[] bytes = new byte[INITIAL];

    public int length;

    public Output() {
        this(128 * 1024);
    }

    /** An output whose array is kept up to this size when it is cleared. */
    public Output(int keptBytes) {
        this.keptBytes = keptBytes;
    }

    /** Makes room for {@code more} bytes behind {@link #length}. */
    public void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            int doubled = bytes.length > Integer.MAX_VALUE / 4 ? needed : bytes.length * 2;
            bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
        }
    }

    public void write(byte value) {
        reserve(1);
        bytes[length++] = value;
    }

    public void write(byte[] values) {
        reserve(values.length);
        System.arraycopy(values, 0, bytes, length, values.length);
        length += values.length;
    }

    public void write(ByteBuf source, int index, int count) {
        reserve(count);
        source.getBytes(index, bytes, length, count);
        length += count;
    }

    /** Opens a gap of {@code size} bytes at {@code at}; what stood there moves up. */
    public void insert(int at, int size) {
        reserve(size);
        System.arraycopy(bytes, at, bytes, at + size, length - at);
        length += size;
    }

    /** What was written so far, as an array of its own. */
    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    public void write(byte[] values, int from, int to) {
        reserve(to - from);
        System.arraycopy(values, from, bytes, length, to - from);
        length += to - from;
    }

    /** Begins anew and gives back an array that has grown past {@code keptBytes}. */
    public void clear() {
        length = 0;
        if (bytes.length > keptBytes) {
            bytes = new byte[INITIAL];
        }
    }
}
