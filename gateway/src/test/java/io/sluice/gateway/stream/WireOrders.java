package io.sluice.gateway.stream;

import io.sluice.gateway.arrow.ArrowField;
import io.sluice.gateway.arrow.ArrowType;
import io.sluice.routing.WireColumn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A row of the demo table {@code orders} as it comes over the wire: all in text, or with its time in binary. */
final class WireOrders {

    private static final List<WireColumn> OTHERS = List.of(
            new WireColumn("id", 20),
            new WireColumn("customer_id", 20),
            new WireColumn("item", 25),
            new WireColumn("amount", 1700),
            new WireColumn("status", 25));

    static final List<WireColumn> COLUMNS = columns(new WireColumn("created_at", BinaryText.TIMESTAMPTZ, true));
    static final List<WireColumn> TEXT_COLUMNS = columns(new WireColumn("created_at", BinaryText.TIMESTAMPTZ));

    /** What the catalog says of them. */
    static final List<ArrowField> FIELDS = COLUMNS.stream()
            .map(column -> new ArrowField(column.name(), column.type(), ArrowType.of(column.type(), "numeric(12,2)")))
            .toList();

    private WireOrders() {}

    private static List<WireColumn> columns(WireColumn time) {
        return Stream.concat(OTHERS.stream(), Stream.of(time)).toList();
    }

    static byte[] row() {
        return begun().putInt(Long.BYTES).putLong(825_942_869_437_731L).array();
    }

    static byte[] textRow() {
        return text(begun(), "2026-03-04 13:07:49.437731+00").array();
    }

    private static ByteBuffer begun() {
        ByteBuffer row = ByteBuffer.allocate(256).putShort((short) COLUMNS.size());
        for (String value : List.of("184164", "7", "item-47074", "653.49", "done")) {
            text(row, value);
        }
        return row;
    }

    private static ByteBuffer text(ByteBuffer row, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return row.putInt(value.length).put(value);
    }
}
