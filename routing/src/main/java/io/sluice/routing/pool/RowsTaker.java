package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.util.List;

/** Takes the rows of one statement. What the driver asks for is changed where {@link KnownResults} say so. */
final class RowsTaker implements Taker {

    private static final byte DATA_ROW = 'D';
    private static final byte ROW_DESCRIPTION = 'T';

    private final WireRows target;
    private final KnownResults known;

    RowsTaker(WireRows target, KnownResults known) {
        this.target = target;
        this.known = known;
        known.begin();
    }

    boolean isFor(WireRows rows) {
        return target.equals(rows);
    }

    @Override
    public boolean looksAt(byte type) {
        return type == DATA_ROW || type == ROW_DESCRIPTION;
    }

    @Override
    public boolean keeps(byte type) {
        return type == DATA_ROW;
    }

    @Override
    public void take(byte[] bytes, int at, int from, int to) {
        if (bytes[at] == DATA_ROW) {
            List<WireColumn> expected = known.takeExpected();
            if (expected != null) {
                target.columns(expected);
            }
            target.row(bytes, from);
        } else {
            List<WireColumn> columns = RowDescription.columns(bytes, from);
            known.described(columns, target);
            target.columns(columns);
        }
    }

    @Override
    public ByteBuf outgoing(ByteBuf messages, ByteBufAllocator allocator) {
        return known.outgoing(messages, allocator, target);
    }

    @Override
    public void arrived() {
        target.arrived();
    }
}
