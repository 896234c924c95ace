package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The bytes of one column as they came over the wire. One instance per connection, overwritten by the next
 * {@code row.get}: valid only until then, and only inside the mapping function.
 */
final class RawColumn {

    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    RawColumn holding(ByteBuf column) {
        bytes = column;
        return this;
    }

    ByteBuf bytes() {
        return bytes;
    }
}
