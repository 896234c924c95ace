package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A growing array of bytes that encoders write to. Not thread-safe. */
final class Output {

    private static final int INITIAL = 1024;

    /** A wide row may have grown the array; beyond this it is given back after the row went out. */
    private static final int KEPT = 128 * 1024;

    byte[] bytes = new byte[INITIAL];
    int length;

    /** Makes room for {@code more} bytes behind {@link #length}. */
    void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            int doubled = bytes.length > Integer.MAX_VALUE / 4 ? needed : bytes.length * 2;
            bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
        }
    }

    void write(byte value) {
        reserve(1);
        bytes[length++] = value;
    }

    void write(byte[] values) {
        reserve(values.length);
        System.arraycopy(values, 0, bytes, length, values.length);
        length += values.length;
    }

    void write(ByteBuf source, int index, int count) {
        reserve(count);
        source.getBytes(index, bytes, length, count);
        length += count;
    }

    /** Opens a gap of {@code size} bytes at {@code at}; what stood there moves up. */
    void insert(int at, int size) {
        reserve(size);
        System.arraycopy(bytes, at, bytes, at + size, length - at);
        length += size;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
    }
}
