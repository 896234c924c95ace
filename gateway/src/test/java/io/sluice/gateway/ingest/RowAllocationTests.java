package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.text.Output;
import io.sluice.routing.testing.Allocation;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Rows become COPY's text without an object for each row or column. */
class RowAllocationTests {

    private static final int[] COLUMNS = {0, 1, 2};

    private final Target target = Targets.columns("id bigint", "name text", "data jsonb");
    private final Output out = new Output();

    @Test
    void aJsonRowIsWrittenWithoutGarbage() {
        JsonRow row = new JsonRow(target);

        assertThat(bytesEach(row, "{\"id\":12,\"name\":\"a \\\"b\\\" c\",\"data\":true}"))
                .isZero();
    }

    @Test
    void aCsvRowIsWrittenWithoutGarbage() {
        CsvRow row = new CsvRow(target);
        byte[] header = "id,name,data".getBytes(StandardCharsets.UTF_8);
        row.header(header, 0, header.length);

        assertThat(bytesEach(row, "12,\"a \"\"b\"\" c\",true")).isZero();
    }

    private long bytesEach(Row row, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Allocation.bytesEach(() -> {
            out.length = 0;
            row.read(bytes, 0, bytes.length);
            CopyFormat.row(row, target, COLUMNS, out);
        });
    }
}
