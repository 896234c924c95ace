package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.text.Output;
import io.sluice.routing.testing.Allocation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/** Rows become COPY's text without an object for each row or column. */
class RowAllocationTests {

    private static final int PIECE_ROWS = 100;

    private final Target target = UploadedRows.target();
    private final Output out = new Output();

    @Test
    void aJsonRowIsWrittenWithoutGarbage() {
        assertThat(bytesEach(new JsonRow(target), UploadedRows.JSON)).isZero();
    }

    @Test
    void aCsvRowIsWrittenWithoutGarbage() {
        assertThat(bytesEach(UploadedRows.csv(target), UploadedRows.CSV)).isZero();
    }

    /** A number, a line and an end for each row go with its batch. */
    @Test
    void aRowOfAnUploadCostsWhatItsBatchKnowsOfIt() {
        Upload upload = UploadedRows.upload(target);
        byte[] piece = UploadedRows.ndjson(PIECE_ROWS);
        int[] batches = {0};

        long bytes = Allocation.bytesEach(() -> {
            List<Batch> full = upload.feed(DefaultDataBufferFactory.sharedInstance.wrap(piece));
            full.forEach(Batch::release);
            batches[0] += full.size();
        });
        assertThat(bytes / PIECE_ROWS).isLessThanOrEqualTo(65);
        assertThat(batches[0]).isGreaterThan(100);
        upload.close();
    }

    private long bytesEach(Row row, byte[] bytes) {
        return Allocation.bytesEach(() -> {
            out.length = 0;
            row.read(bytes, 0, bytes.length);
            CopyFormat.row(row, target, UploadedRows.COLUMNS, out);
        });
    }
}
