package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;

/** Hands a column's bytes over without a copy. Decodes every type, encodes none. */
final class RawColumnCodec implements Codec<RawColumn> {

    private final RawColumn column = new RawColumn();

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return type == RawColumn.class && format == Format.FORMAT_TEXT;
    }

    @Override
    public @Nullable RawColumn decode(
            @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends RawColumn> type) {
        return buffer == null ? null : column.holding(buffer);
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return false;
    }

    @Override
    public EncodedParameter encode(Object value) {
        throw decodesOnly();
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        throw decodesOnly();
    }

    @Override
    public EncodedParameter encodeNull() {
        throw decodesOnly();
    }

    private static UnsupportedOperationException decodesOnly() {
        return new UnsupportedOperationException("raw columns are read, never bound");
    }
}
