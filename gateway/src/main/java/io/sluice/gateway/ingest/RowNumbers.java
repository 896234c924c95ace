package io.sluice.gateway.ingest;

import java.util.Arrays;

/** Collects for each row its number, its line, and where it ends in the data. */
final class RowNumbers {

    private long[] rows = new long[256];
    private long[] lines = new long[256];
    private int[] ends = new int[256];
    private int count;

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

    void clear() {
        count = 0;
    }
}
