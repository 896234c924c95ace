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

    /** Where each row ends in the data. */
    private final int[] ends;

    private Segment(Target target, int[] columns, boolean markers, ByteBuf data, RowNumbers numbers) {
        this.target = target;
        this.columns = columns;
        this.markers = markers;
        this.data = data;
        this.rows = numbers.rows();
        this.lines = numbers.lines();
        this.ends = numbers.ends();
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
        return new Segment(target, columns, markers, data, numbers);
    }

    String sql() {
        return target.copy(columns, markers);
    }

    int rowCount() {
        return rows.length;
    }

    /** The number in the upload of the row at {@code index}, counted from 0; 0 where there is none. */
    long row(int index) {
        return index >= 0 && index < rows.length ? rows[index] : 0;
    }

    /** The line where the row at {@code index} begins; 0 where there is none. */
    long line(int index) {
        return index >= 0 && index < lines.length ? lines[index] : 0;
    }

    /** The data of the rows from {@code from} to before {@code to}, counted from 0, in frames made as they are asked for. */
    Flux<Mono<ByteBuf>> frames(int from, int to) {
        int start = from == 0 ? 0 : ends[from - 1];
        int length = ends[to - 1] - start;
        int count = (length + FRAME_BYTES - 1) / FRAME_BYTES;
        return Flux.range(0, count)
                .map(n -> frame(start + n * FRAME_BYTES, Math.min(FRAME_BYTES, length - n * FRAME_BYTES)));
    }

    private Mono<ByteBuf> frame(int from, int length) {
        return Mono.fromSupplier(() -> data.retainedSlice(from, length));
    }

    int[] columns() {
        return columns;
    }

    boolean markers() {
        return markers;
    }

    Target target() {
        return target;
    }

    int bytes() {
        return data.capacity();
    }

    void release() {
        data.release();
    }

    @Override
    public String toString() {
        return rows.length + " rows for columns " + Arrays.toString(columns);
    }
}
