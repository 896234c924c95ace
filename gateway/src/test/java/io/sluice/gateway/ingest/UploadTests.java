package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

class UploadTests {

    private static final DefaultDataBufferFactory BUFFERS = DefaultDataBufferFactory.sharedInstance;

    private final Target target = Targets.columns("id bigint", "name text 'd'");

    @Test
    void readsTheSameRowsHoweverTheBytesAreCut() {
        String lines = "{\"id\":1}\n\r\n{\"id\":2,\"name\":\"é😀\"}\r\n\n{\"id\":3";
        byte[] bytes = (lines + "}").getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(10), 0);
            List<Batch> batches = new ArrayList<>();
            for (int from = 0; from < bytes.length; from += size) {
                int length = Math.min(size, bytes.length - from);
                batches.addAll(upload.feed(BUFFERS.wrap(java.util.Arrays.copyOfRange(bytes, from, from + length))));
            }
            batches.addAll(upload.end());
            assertThat(batches).hasSize(1);
            Batch batch = batches.get(0);
            assertThat(batch.received()).isEqualTo(3);
            assertThat(batch.segments()).hasSize(2);
            Segment second = batch.segments().get(1);
            assertThat(second.sql()).isEqualTo("COPY \"public\".\"t\" (\"id\",\"name\") FROM STDIN (DEFAULT '\\D')");
            assertThat(List.of(second.row(0), second.line(0), second.row(1), second.line(1), second.row(2)))
                    .containsExactly(2L, 3L, 3L, 5L, 0L);
            batch.release();
        }
    }

    @Test
    void putsRowsOfOneShapeTogetherWhereThereAreNoMarkers() {
        Target grouped = new Target(target.table(), target.columns(), Sparse.GROUPED, List.of());
        Upload upload = Upload.of(UploadFormat.NDJSON, grouped, settings(10), 0);
        upload.feed(bytes("{\"id\":1,\"name\":\"a\"}\n{\"id\":2}\n{}\n{\"name\":\"d\",\"id\":4}\n{}\n{\"id\":6}\n"));
        Batch batch = upload.end().get(0);
        assertThat(batch.segments())
                .extracting(Segment::toString)
                .containsExactly("2 rows for columns [0, 1]", "4 rows for columns [0]");
        assertThat(List.of(
                        batch.segments().get(0).row(1), batch.segments().get(1).row(3)))
                .containsExactly(4L, 6L);
        batch.release();
    }

    @Test
    void closesABatchAtItsRowsAndAtTheEnd() {
        Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(2), 0);
        List<Batch> full = upload.feed(bytes("{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n{\"id\":5}\n"));
        assertThat(full).extracting(Batch::first).containsExactly(1L, 3L);
        List<Batch> last = upload.end();
        assertThat(last)
                .extracting(Batch::first, Batch::last)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(5L, 5L));
        full.forEach(Batch::release);
        last.forEach(Batch::release);
    }

    @Test
    void closesABatchAtItsBytes() {
        Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(1000), 0);
        List<Batch> full = upload.feed(bytes(("{\"name\":\"" + "x".repeat(600) + "\"}\n").repeat(5)));
        assertThat(full).extracting(Batch::received).containsExactly(2L, 2L);
        full.forEach(Batch::release);
        upload.close();
    }

    @Test
    void closesABatchThatHasWaitedForATick() {
        Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(10), 0);
        upload.feed(bytes("{\"id\":1}\n"));
        assertThat(upload.tick()).isEmpty();
        List<Batch> waited = upload.tick();
        assertThat(waited).hasSize(1);
        assertThat(upload.tick()).isEmpty();
        waited.forEach(Batch::release);
        assertThat(upload.end()).isEmpty();
    }

    @Test
    void refusesALineThatNeverEnds() {
        Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(10), 0);
        upload.feed(bytes("{}\n"));
        assertThatThrownBy(() -> upload.feed(bytes("x".repeat(5000))))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.status().value()).isEqualTo(413);
                    assertThat(refusal).hasMessageContaining("the row in line 2 is longer than 4096 bytes");
                });
        upload.close();
    }

    @Test
    void givesNothingOutOnceItIsClosed() {
        Upload upload = Upload.of(UploadFormat.NDJSON, target, settings(1), 0);
        upload.close();
        assertThat(upload.feed(bytes("{\"id\":1}\n"))).isEmpty();
        assertThat(upload.tick()).isEmpty();
        assertThat(upload.end()).isEmpty();
    }

    private static org.springframework.core.io.buffer.DataBuffer bytes(String text) {
        return BUFFERS.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static IngestSettings settings(int batchRows) {
        return new IngestSettings(batchRows, 1024, Duration.ofMillis(100), 2, 4096, 100, 32, 1 << 20);
    }
}
