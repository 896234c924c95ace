package io.sluice.routing.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A parameter's value. It is written when its message is, on the connection's event loop: what it is made of must not
 * change any more.
 */
public final class WireValue {

    private static final int DIMENSIONS = 1;
    private static final int NO_NULLS = 0;
    private static final int SOME_NULLS = 1;
    private static final int NULL = -1;
    private static final int FIRST_INDEX = 1;
    private static final int UUID_BYTES = 16;
    private static final int PLACE_BYTES = 6;
    private static final int LINE_BITS = 16;

    private final WireType type;
    private final BiConsumer<WireType, ByteBuf> content;

    private WireValue(WireType type, BiConsumer<WireType, ByteBuf> content) {
        this.type = type;
        this.content = content;
    }

    public static WireValue text(String value) {
        return new WireValue(WireType.TEXT, (type, to) -> ByteBufUtil.writeUtf8(to, value));
    }

    /** {@code rows} each as its {@code UUID}, or as NULL. */
    public static <T> WireValue uuids(List<T> rows, Function<? super T, ? extends @Nullable UUID> of) {
        return array(WireType.UUIDS, rows, (row, to) -> {
            UUID id = of.apply(row);
            if (id == null) {
                to.writeInt(NULL);
            } else {
                to.writeInt(UUID_BYTES).writeLong(id.getMostSignificantBits()).writeLong(id.getLeastSignificantBits());
            }
        });
    }

    /** {@code rows} each as its text, or as NULL. */
    public static <T> WireValue texts(List<T> rows, Function<? super T, ? extends @Nullable String> of) {
        return array(WireType.TEXTS, rows, (row, to) -> {
            String text = of.apply(row);
            if (text == null) {
                to.writeInt(NULL);
            } else {
                ByteBufUtil.writeUtf8(to.writeInt(ByteBufUtil.utf8Bytes(text)), text);
            }
        });
    }

    public static <T> WireValue longs(List<T> rows, ToLongFunction<? super T> of) {
        return array(WireType.LONGS, rows, (row, to) -> to.writeInt(Long.BYTES).writeLong(of.applyAsLong(row)));
    }

    public static <T> WireValue ints(List<T> rows, ToIntFunction<? super T> of) {
        return array(
                WireType.INTS, rows, (row, to) -> to.writeInt(Integer.BYTES).writeInt(of.applyAsInt(row)));
    }

    /** Places of rows ({@code ctid}) as {@link WireRow#place} gives them. */
    public static <T> WireValue places(List<T> rows, ToLongFunction<? super T> of) {
        return array(WireType.PLACES, rows, (row, to) -> {
            long place = of.applyAsLong(row);
            to.writeInt(PLACE_BYTES).writeInt((int) (place >>> LINE_BITS)).writeShort((int) place);
        });
    }

    /** @param element writes a length and so many bytes, or that it is NULL */
    private static <T> WireValue array(WireType array, List<T> rows, BiConsumer<T, ByteBuf> element) {
        return new WireValue(array, (type, to) -> {
            to.writeInt(rows.isEmpty() ? 0 : DIMENSIONS);
            int nulls = to.writerIndex();
            to.writeInt(NO_NULLS).writeInt(type.elementOid());
            if (!rows.isEmpty()) {
                to.writeInt(rows.size()).writeInt(FIRST_INDEX);
            }
            for (T row : rows) {
                int start = to.writerIndex();
                element.accept(row, to);
                if (to.getInt(start) == NULL) {
                    to.setInt(nulls, SOME_NULLS);
                }
            }
        });
    }

    WireType type() {
        return type;
    }

    /** Its length in bytes (4 bytes) and its content. */
    public void writeTo(ByteBuf buffer) {
        int length = buffer.writerIndex();
        content.accept(type, buffer.writeInt(0));
        buffer.setInt(length, buffer.writerIndex() - length - Integer.BYTES);
    }
}
