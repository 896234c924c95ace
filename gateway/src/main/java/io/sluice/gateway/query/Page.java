package io.sluice.gateway.query;

import org.jspecify.annotations.Nullable;

/** Which rows of the whole: skip {@code offset}, then at most {@code limit}, all where it is null. */
public record Page(long offset, @Nullable Long limit) {

    public static final Page ALL = new Page(0, null);

    boolean isPossible() {
        return limit == null || limit >= 0;
    }

    /** The rows of this page that are in {@code other} too; both count from the first row of the whole. */
    public Page intersect(Page other) {
        long from = Math.max(offset, other.offset);
        long to = Math.min(end(), other.end());
        return new Page(from, to == Long.MAX_VALUE ? null : Math.max(0, to - from));
    }

    /** This page with at most {@code rows} rows. */
    public Page atMost(long rows) {
        return limit != null && limit <= rows ? this : new Page(offset, rows);
    }

    /** How many of {@code total} rows are on this page. */
    public long rowsOf(long total) {
        return Math.max(0, Math.min(end(), total) - offset);
    }

    /** Number of the row after the last. */
    private long end() {
        return limit == null || offset > Long.MAX_VALUE - limit ? Long.MAX_VALUE : offset + limit;
    }
}
