package io.sluice.gateway.ingest;

import java.util.Arrays;

/** Collects the number and the line of each row. */
final class RowNumbers {

    private long[] rows = new long[256];
    private long[] lines = new long[256];
    private int count;

    void add(long row, long line) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, count * 2);
            lines = Arrays.copyOf(lines, count * 2);
        }
        rows[count] = row;
        lines[count++] = line;
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

    void clear() {
        count = 0;
    }
}
