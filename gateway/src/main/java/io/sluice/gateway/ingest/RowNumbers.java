package io.sluice.gateway.ingest;

import java.util.Arrays;

/** Collects for each row its number, its line, and where it ends in the data. */
final class RowNumbers {

    private static final int INITIAL = 256;

    private final int kept;
    private long[] rows = new long[INITIAL];
    private long[] lines = new long[INITIAL];
    private int[] ends = new int[INITIAL];
    private int count;

    /** Numbers whose arrays are kept up to this many rows when they are cleared. */
    RowNumbers(int kept) {
        this.kept = kept;
    }

    void add(long row, long line, int end) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, count * 2);
            lines = Arrays.copyOf(lines, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        rows[count] = row;
        lines[count] = line;
        ends[count++] = end;
    }

    int count() {
        return count;
    }

    long[] rows() {
        return Arrays.copyOf(rows, count);
    }

    long[] lines() {
        return Arrays.copyOf(lines, count);
    }

    int[] ends() {
        return Arrays.copyOf(ends, count);
    }

    /** Begins anew and gives back arrays that have grown past what is kept. */
    void clear() {
        count = 0;
        if (rows.length > kept) {
            rows = new long[INITIAL];
            lines = new long[INITIAL];
            ends = new int[INITIAL];
        }
    }
}
