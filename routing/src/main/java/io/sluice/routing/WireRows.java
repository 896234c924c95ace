package io.sluice.routing;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes a statement's rows as they come over the wire: see {@link RoutedConnection#rowsTo}. Everything happens on the
 * connection's event loop, nothing may be thrown, and nothing may be kept but copies.
 */
public interface WireRows {

    /**
     * The oids of the types whose values are wanted in PostgreSQL's binary format, all others in text; none by default.
     * It is a wish: a connection learns a statement's columns when it runs that for the first time, and until then, and
     * for statements that are not prepared, everything comes in text. Each {@link WireColumn} says how its values come.
     *
     * @param parameters what the server has told of the session: {@code TimeZone}, {@code DateStyle} and so on
     */
    default Set<Integer> binaryTypes(Map<String, String> parameters) {
        return Set.of();
    }

    /** The columns of the rows that follow; where there are no rows, it may be that nobody says. */
    void columns(List<WireColumn> columns);

    /**
     * One row: from {@code from} on stand the number of its values (2 bytes) and then for each its length (4 bytes, -1 for
     * null) and its bytes, in the format of its column.
     */
    void row(byte[] bytes, int from);

    /** Whatever has come so far was handed over: more may follow, or nothing for a long time. */
    void arrived();
}
