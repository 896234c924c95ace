package io.sluice.routing;

import java.util.List;

/**
 * Takes a statement's rows as they come over the wire: see {@link RoutedConnection#rowsTo}. Everything happens on the
 * connection's event loop, nothing may be thrown, and nothing may be kept but copies.
 */
public interface WireRows {

    /** The columns of the rows that follow. */
    void columns(List<WireColumn> columns);

    /**
     * One row: from {@code from} on stand the number of its values (2 bytes) and then for each its length (4 bytes, -1 for
     * null) and its bytes, in PostgreSQL's text format.
     */
    void row(byte[] bytes, int from);

    /** Whatever has come so far was handed over: more may follow, or nothing for a long time. */
    void arrived();
}
