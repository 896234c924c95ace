package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;

/**
 * Cuts an upload's bytes into lines and its lines into batches. Calls come one after another, but the
 * last one, {@link #close}, may come from another thread at any time.
 */
final class Upload {

    private final BatchBuilder builder;
    private final int rowBytes;

    /** What has come and was not yet read: the beginning of a line. */
    private byte[] bytes = new byte[8 * 1024];

    private int length;
    private int searched;
    private long line = 1;
    private long firstAtLastTick = -1;
    private boolean closed;

    Upload(Target target, IngestSettings settings) {
        this.builder = new BatchBuilder(target, settings);
        this.rowBytes = settings.rowBytes();
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
        return lines();
    }

    private List<Batch> lines() {
        List<Batch> full = new ArrayList<>(1);
        int from = 0;
        for (int i = searched; i < length; i++) {
            if (bytes[i] == '\n') {
                line(from, i, full);
                from = i + 1;
            }
        }
        System.arraycopy(bytes, from, bytes, 0, length - from);
        length -= from;
        searched = length;
        if (length > rowBytes) {
            full.forEach(Batch::release);
            throw tooLong();
        }
        return full;
    }

    private void line(int from, int to, List<Batch> full) {
        if (!isBlank(from, to)) {
            builder.add(bytes, from, to, line);
            if (builder.full()) {
                full.add(builder.take());
            }
        }
        line++;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
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

    /** The end of the upload: the last line may lack its line feed. */
    synchronized List<Batch> end() {
        if (closed) {
            return List.of();
        }
        List<Batch> last = new ArrayList<>(2);
        line(0, length, last);
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
                "line " + line + " is longer than " + rowBytes + " bytes",
                null,
                "Send one row a line, or raise sluice.ingest.row-bytes.");
    }
}
