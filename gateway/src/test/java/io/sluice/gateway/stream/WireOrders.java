package io.sluice.gateway.stream;

import io.sluice.routing.WireColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A row of the demo table {@code orders} as it comes over the wire, its time in binary. */
final class WireOrders {

    static final List<WireColumn> COLUMNS = List.of(
            new WireColumn("id", 20),
            new WireColumn("customer_id", 20),
            new WireColumn("item", 25),
            new WireColumn("amount", 1700),
            new WireColumn("status", 25),
            new WireColumn("created_at", BinaryText.TIMESTAMPTZ, true));

    private WireOrders() {}

    static byte[] row() {
        ByteBuffer row = ByteBuffer.allocate(256).putShort((short) COLUMNS.size());
        for (String text : List.of("184164", "7", "item-47074", "653.49", "done")) {
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            row.putInt(value.length).put(value);
        }
        return row.putInt(Long.BYTES).putLong(825_942_869_437_731L).array();
    }
}
