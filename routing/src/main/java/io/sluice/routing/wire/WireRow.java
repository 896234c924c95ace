package io.sluice.routing.wire;

import io.r2dbc.spi.Readable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row in binary: {@code uuid}, {@code bigint}, {@code int}, {@code tid} and texts. One object stands for all rows of a
 * statement, one after another.
 */
public final class WireRow implements Readable {

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final int LINE_BITS = 16;
    private static final int NULL = -1;

    private final List<String> names;
    private final int[] starts;
    private final int[] lengths;
    private byte[] bytes = new byte[0];

    /** Rows with columns of these names. */
    public WireRow(List<String> names) {
        this.names = names;
        this.starts = new int[names.size()];
        this.lengths = new int[names.size()];
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
    }

    /**
     * The row that begins at {@code from}, with the number of its values (2 bytes) and then for each its length (4 bytes, -1
     * for null) and its bytes.
     */
    public WireRow at(byte[] rowBytes, int from) {
        int count = (short) SHORT.get(rowBytes, from);
        if (count != names.size()) {
            throw new IllegalStateException("a row of " + count + " values for the columns " + names);
        }
        bytes = rowBytes;
        int at = from + Short.BYTES;
        for (int i = 0; i < count; i++) {
            lengths[i] = (int) INT.get(rowBytes, at);
            starts[i] = at + Integer.BYTES;
            at = starts[i] + Math.max(0, lengths[i]);
        }
        return this;
    }

    public boolean isNull(int index) {
        return lengths[index] == NULL;
    }

    /** A {@code uuid} that is not null. */
    public UUID uuid(int index) {
        int at = present(index, 2 * Long.BYTES);
        return new UUID((long) LONG.get(bytes, at), (long) LONG.get(bytes, at + Long.BYTES));
    }

    /** A {@code bigint} or {@code int} that is not null. */
    public long number(int index) {
        return lengths[index] == Integer.BYTES
                ? (int) INT.get(bytes, starts[index])
                : (long) LONG.get(bytes, present(index, Long.BYTES));
    }

    /** A {@code ctid}: its block and, in the last 16 bits, its line there. */
    public long place(int index) {
        int at = present(index, Integer.BYTES + Short.BYTES);
        return Integer.toUnsignedLong((int) INT.get(bytes, at)) << LINE_BITS
                | Short.toUnsignedInt((short) SHORT.get(bytes, at + Integer.BYTES));
    }

    /** A text that is not null. */
    public String text(int index) {
        if (isNull(index)) {
            throw unexpected(index);
        }
        return new String(bytes, starts[index], lengths[index], StandardCharsets.UTF_8);
    }

    private int present(int index, int length) {
        if (lengths[index] != length) {
            throw unexpected(index);
        }
        return starts[index];
    }

    private IllegalStateException unexpected(int index) {
        return new IllegalStateException("column " + names.get(index) + " has a value of " + lengths[index] + " bytes");
    }

    /** The value as a {@code UUID}, {@code Long}, {@code Integer} or {@code String}. */
    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (isNull(index)) {
            return null;
        }
        if (type == UUID.class) {
            return type.cast(uuid(index));
        }
        if (type == Long.class) {
            return type.cast(number(index));
        }
        if (type == Integer.class) {
            return type.cast((int) number(index));
        }
        if (type == String.class) {
            return type.cast(text(index));
        }
        throw new IllegalArgumentException("a value in binary cannot be read as " + type.getName());
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new NoSuchElementException("no column " + name + " among " + names);
        }
        return get(index, type);
    }

    @Override
    public String toString() {
        return names + " of " + Arrays.toString(lengths) + " bytes";
    }
}
