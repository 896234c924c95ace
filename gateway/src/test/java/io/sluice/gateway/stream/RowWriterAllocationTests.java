package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.text.Output;
import io.sluice.routing.testing.Allocation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows leave without an object for each row or column. */
class RowWriterAllocationTests {

    private final Output out = new Output();
    private long written;

    @ParameterizedTest
    @EnumSource(names = {"JSON", "NDJSON", "SSE", "CSV"})
    void aRowIsWrittenWithoutGarbage(RowFormat format) {
        assertThat(bytesEach(format)).isZero();
        assertThat(new String(out.bytes, 0, out.length, StandardCharsets.UTF_8)).contains("653.49", "2026-03-04");
    }

    /** A record batch of some two thousand rows has metadata. */
    @Test
    void anArrowRowIsWrittenWithHardlyAny() {
        assertThat(bytesEach(RowFormat.ARROW)).isLessThanOrEqualTo(4);
        assertThat(written).isGreaterThan(1_000_000);
    }

    private long bytesEach(RowFormat format) {
        RowWriter writer = format.writer(List.of(), WireOrders.FIELDS, Placement.NONE);
        Cells cells = new Cells();
        cells.columns(WireOrders.COLUMNS);
        byte[] wire = WireOrders.row();
        return Allocation.bytesEach(() -> {
            out.length = 0;
            writer.next(cells.show(wire, 0), out);
            written += out.length;
        });
    }
}
