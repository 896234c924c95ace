package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers rows into a batch. Not thread-safe. */
final class BatchBuilder {

    private static final int[] NONE = {};

    private final Target target;
    private final IngestSettings settings;
    private final Row row;
    private final Output out;
    private final RowNumbers numbers = new RowNumbers();
    private final List<Segment> segments = new ArrayList<>();
    private final List<RowError> refused = new ArrayList<>();

    private final long skipped;
    private int[] columns = NONE;
    private boolean markers;
    private int segmentBytes;
    private long refusals;
    private long rows;
    private long first = 1;

    /** {@code skipped} rows, which went in before, are only counted. */
    BatchBuilder(Target target, Row row, IngestSettings settings, long skipped) {
        this.skipped = skipped;
        this.target = target;
        this.settings = settings;
        this.row = row;
        this.out = new Output(settings.batchBytes() * 2);
    }

    /** Takes one row, which begins at {@code line}, or notes why it cannot go in. */
    void add(byte[] source, int from, int to, long line) {
        rows++;
        if (rows <= skipped) {
            first = rows + 1;
            return;
        }
        try {
            row.read(source, from, to);
            target.requireColumns(row);
            requireColumns();
            int start = out.length;
            try {
                CopyFormat.row(row, target, columns, out);
            } catch (RowRefusal refusal) {
                out.length = start;
                throw refusal;
            }
            numbers.add(rows, line, out.length);
        } catch (RowRefusal refusal) {
            refusals++;
            if (refused.size() < settings.errorLimit()) {
                refused.add(refusal.at(rows, line));
            }
        }
    }

    /** Makes sure that the columns of the current segment hold the row; begins a new segment where they do not. */
    private void requireColumns() {
        if (row.present() == 0 && !target.markers()) {
            throw new RowRefusal("PGRST102", "the row names no column", null, null);
        }
        int named = 0;
        boolean marked = false;
        for (int position : columns) {
            if (row.names(position)) {
                named++;
            } else if (omittable(position)) {
                marked |= target.columns().get(position).absence() == TargetColumn.Absence.DEFAULT;
            } else {
                named = Integer.MIN_VALUE;
            }
        }
        if (named == row.present() && columns.length > 0) {
            markers |= marked;
        } else {
            closeSegment();
            columns = wanted();
        }
    }

    /** Whether a row may leave the column out although its segment has it. */
    private boolean omittable(int position) {
        return switch (target.columns().get(position).absence()) {
            case NULL -> true;
            case DEFAULT -> target.markers();
            case UNKNOWN -> false;
        };
    }

    /** The columns of the row, and those of the segment before that it may leave out. */
    private int[] wanted() {
        int width = target.columns().size();
        boolean[] kept = new boolean[width];
        for (int position : columns) {
            kept[position] = omittable(position);
        }
        int[] wanted = new int[width];
        int count = 0;
        for (int position = 0; position < width; position++) {
            boolean named = row.names(position);
            if (named || kept[position]) {
                wanted[count++] = position;
                markers |= !named && target.columns().get(position).absence() == TargetColumn.Absence.DEFAULT;
            }
        }
        if (count == 0) {
            markers = true;
            return new int[] {target.anyColumn()};
        }
        return Arrays.copyOf(wanted, count);
    }

    private void closeSegment() {
        if (numbers.count() > 0) {
            segmentBytes += out.length;
            segments.add(Segment.of(target, columns, markers, out, numbers));
        }
        numbers.clear();
        out.clear();
        markers = false;
    }

    boolean full() {
        return rows - first + 1 >= settings.batchRows() || segmentBytes + out.length >= settings.batchBytes();
    }

    boolean isEmpty() {
        return rows < first;
    }

    /** The number of the first row of the batch being gathered. */
    long first() {
        return first;
    }

    /** The number of rows seen so far in the upload. */
    long rows() {
        return rows;
    }

    /** What was gathered; the builder begins the next batch. */
    Batch take() {
        closeSegment();
        Batch batch = new Batch(first, rows, segments, refused, refusals);
        segments.clear();
        refused.clear();
        refusals = 0;
        segmentBytes = 0;
        first = rows + 1;
        return batch;
    }

    void release() {
        segments.forEach(Segment::release);
        segments.clear();
    }
}
