package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;

/**
 * Cuts an upload's bytes into rows and its rows into batches. Calls come one after another, but the
 * last one, {@link #close}, may come from another thread at any time.
 */
final class Upload {

    private final BatchBuilder builder;
    private final Splitter splitter;
    private final @Nullable CsvRow csv;
    private final int rowBytes;

    /** What has come and is not a whole row yet. */
    private byte[] bytes = new byte[8 * 1024];

    private int length;
    private long firstAtLastTick = -1;
    private boolean closed;

    private Upload(Target target, IngestSettings settings, long skipped, Splitter splitter, Row row) {
        this.builder = new BatchBuilder(target, row, settings, skipped);
        this.splitter = splitter;
        this.csv = row instanceof CsvRow reader ? reader : null;
        this.rowBytes = settings.rowBytes();
    }

    /** An upload whose first {@code skipped} rows went in before. */
    static Upload of(UploadFormat format, Target target, IngestSettings settings, long skipped) {
        return switch (format) {
            case NDJSON -> new Upload(target, settings, skipped, new LineSplitter(false), new JsonRow(target));
            case JSON -> new Upload(target, settings, skipped, new ArraySplitter(), new JsonRow(target));
            case CSV -> new Upload(target, settings, skipped, new LineSplitter(true), new CsvRow(target));
        };
    }

    /** Takes the buffer, which it releases, and returns the batches that it filled. */
    synchronized List<Batch> feed(DataBuffer buffer) {
        try {
            if (closed) {
                return List.of();
            }
            int count = buffer.readableByteCount();
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
            }
            buffer.read(bytes, length, count);
            length += count;
        } finally {
            DataBufferUtils.release(buffer);
        }
        return rows();
    }

    private List<Batch> rows() {
        List<Batch> full = new ArrayList<>(1);
        try {
            int done = splitter.split(bytes, length, (from, to, line) -> row(from, to, line, full));
            System.arraycopy(bytes, done, bytes, 0, length - done);
            length -= done;
            if (length > rowBytes) {
                throw tooLong();
            }
        } catch (RuntimeException refusal) {
            full.forEach(Batch::release);
            throw refusal;
        }
        return full;
    }

    private void row(int from, int to, long line, List<Batch> full) {
        if (csv != null && !csv.ready()) {
            header(csv, from, to);
            return;
        }
        builder.add(bytes, from, to, line);
        if (builder.full()) {
            full.add(builder.take());
        }
    }

    /** Without a header no row has a meaning, so it ends the upload. */
    private void header(CsvRow reader, int from, int to) {
        try {
            reader.header(bytes, from, to);
        } catch (RowRefusal refusal) {
            RowError error = refusal.at(0, 0);
            throw new ApiException(
                    HttpStatus.BAD_REQUEST, error.code(), error.message(), "In the header.", error.hint());
        }
    }

    /** Called at regular intervals: the batch that was there last time already has waited long enough. */
    synchronized List<Batch> tick() {
        if (closed || builder.isEmpty()) {
            firstAtLastTick = -1;
            return List.of();
        }
        long first = builder.first();
        if (first != firstAtLastTick) {
            firstAtLastTick = first;
            return List.of();
        }
        return List.of(builder.take());
    }

    /** The end of the upload: the last row may lack its line feed. */
    synchronized List<Batch> end() {
        if (closed) {
            return List.of();
        }
        List<Batch> last = new ArrayList<>(2);
        splitter.end(bytes, length, (from, to, line) -> row(from, to, line, last));
        length = 0;
        if (!builder.isEmpty()) {
            last.add(builder.take());
        }
        return last;
    }

    synchronized void close() {
        closed = true;
        builder.release();
    }

    private ApiException tooLong() {
        return new ApiException(
                HttpStatus.CONTENT_TOO_LARGE,
                "SLUICE413",
                "the row in line " + splitter.line() + " is longer than " + rowBytes + " bytes",
                null,
                "Put an end to each row, or raise sluice.ingest.row-bytes.");
    }
}
