package io.sluice.gateway.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Gathers rows into a batch. Not thread-safe. */
final class BatchBuilder {

    private static final int[] NONE = {};

    /** Column sets of one batch that rows are put together for. */
    private static final int MOST_OPEN = 16;

    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int SEGMENT_ROWS = 1024;

    private final Target target;
    private final IngestSettings settings;
    private final Row row;

    /** The segments of the batch that rows still go to; the latest last. */
    private final List<OpenSegment> open = new ArrayList<>();

    /** What closed segments were gathered in, for the next ones. */
    private final Deque<OpenSegment.Space> spaces = new ArrayDeque<>();

    private final List<Segment> segments = new ArrayList<>();
    private final List<RowError> refused = new ArrayList<>();

    private final long skipped;
    private int[] columns = NONE;
    private int bytes;
    private long refusals;
    private long rows;
    private long first = 1;

    /** {@code skipped} rows, which went in before, are only counted. */
    BatchBuilder(Target target, Row row, IngestSettings settings, long skipped) {
        this.skipped = skipped;
        this.target = target;
        this.settings = settings;
        this.row = row;
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
            bytes += segment().add(row, rows, line);
        } catch (RowRefusal refusal) {
            refusals++;
            if (refused.size() < settings.errorLimit()) {
                refused.add(refusal.at(rows, line));
            }
        }
    }

    /** The segment that the row goes to. */
    private OpenSegment segment() {
        for (int i = open.size() - 1; i >= 0; i--) {
            if (open.get(i).fits(row)) {
                return open.get(i);
            }
        }
        if (open.size() >= (target.sparse() == Sparse.GROUPED ? MOST_OPEN : 1)) {
            close();
        }
        columns = wanted();
        OpenSegment.Space free = spaces.poll();
        OpenSegment segment = new OpenSegment(target, columns, free == null ? space() : free);
        open.add(segment);
        return segment;
    }

    /** The first is for whole batches. */
    private OpenSegment.Space space() {
        return open.isEmpty()
                ? OpenSegment.Space.kept(settings.batchBytes() * 2, settings.batchRows() * 2)
                : OpenSegment.Space.kept(SEGMENT_BYTES, SEGMENT_ROWS);
    }

    /** The columns of the row, and those of the segment before that it may leave out. */
    private int[] wanted() {
        int width = target.columns().size();
        boolean[] kept = new boolean[width];
        for (int position : columns) {
            kept[position] = target.omittable(position);
        }
        int[] wanted = new int[width];
        int count = 0;
        for (int position = 0; position < width; position++) {
            if (row.names(position) || kept[position]) {
                wanted[count++] = position;
            }
        }
        if (count == 0 && target.sparse() == Sparse.MARKED) {
            return new int[] {target.anyColumn()};
        }
        return Arrays.copyOf(wanted, count);
    }

    private void close() {
        for (OpenSegment segment : open) {
            if (!segment.isEmpty()) {
                segments.add(segment.close());
            }
            spaces.add(segment.space());
        }
        open.clear();
    }

    boolean full() {
        return rows - first + 1 >= settings.batchRows() || bytes >= settings.batchBytes();
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
        close();
        Batch batch = new Batch(first, rows, segments, refused, refusals);
        segments.clear();
        refused.clear();
        refusals = 0;
        bytes = 0;
        first = rows + 1;
        return batch;
    }

    void release() {
        segments.forEach(Segment::release);
        segments.clear();
    }
}
