package io.sluice.gateway.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.gateway.text.Output;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows that name the same columns, in COPY's text format, ready for one COPY. Whoever has it releases it. */
final class Segment {

    private static final int FRAME_BYTES = 64 * 1024;

    private final Target target;
    private final int[] columns;
    private final boolean markers;
    private final ByteBuf data;

    /** For each row its number in the upload and the line where it begins. */
    private final long[] rows;

    private final long[] lines;

    private Segment(Target target, int[] columns, boolean markers, ByteBuf data, long[] rows, long[] lines) {
        this.target = target;
        this.columns = columns;
        this.markers = markers;
        this.data = data;
        this.rows = rows;
        this.lines = lines;
    }

    /**
     * Copies what was written into a buffer of its own.
     *
     * @param columns the columns by their positions in the table
     * @param markers whether a row leaves a column to its default
     */
    static Segment of(Target target, int[] columns, boolean markers, Output out, RowNumbers numbers) {
        ByteBuf data = ByteBufAllocator.DEFAULT.directBuffer(out.length, out.length);
        data.writeBytes(out.bytes, 0, out.length);
        return new Segment(target, columns, markers, data, numbers.rows(), numbers.lines());
    }

    String sql() {
        return target.copy(columns, markers);
    }

    int rowCount() {
        return rows.length;
    }

    /** The number in the upload of the row that is the {@code n}-th here, from 1; 0 where there is none. */
    long row(int n) {
        return n >= 1 && n <= rows.length ? rows[n - 1] : 0;
    }

    long line(int n) {
        return n >= 1 && n <= lines.length ? lines[n - 1] : 0;
    }

    /** The data in frames, made as they are asked for. */
    Flux<Mono<ByteBuf>> frames() {
        int count = (data.readableBytes() + FRAME_BYTES - 1) / FRAME_BYTES;
        return Flux.range(0, count).map(this::frame);
    }

    private Mono<ByteBuf> frame(int n) {
        int from = n * FRAME_BYTES;
        int length = Math.min(FRAME_BYTES, data.readableBytes() - from);
        return Mono.fromSupplier(() -> data.retainedSlice(from, length));
    }

    void release() {
        data.release();
    }

    @Override
    public String toString() {
        return rows.length + " rows for columns " + Arrays.toString(columns);
    }
}
