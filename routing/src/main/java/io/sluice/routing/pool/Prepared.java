package io.sluice.routing.pool;

import io.sluice.routing.wire.WireStatement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements of batches that one connection has prepared. On its loop only. */
final class Prepared {

    private final Map<WireStatement, List<String>> columns = new HashMap<>();

    /** Beyond that, statements go without a name and are prepared for each use. */
    private int most;

    Prepared(int most) {
        this.most = most;
    }

    /** Whether a new statement may have a name, beside as many {@code others} that are being prepared. */
    boolean hasRoom(int others) {
        return columns.size() + others < most;
    }

    /** The names of a prepared statement's columns; null where it is not prepared. */
    @Nullable
    List<String> columnsOf(WireStatement statement) {
        return columns.get(statement);
    }

    void add(WireStatement statement, List<String> names) {
        columns.put(statement, names);
    }

    /**
     * The server does not know a name that was given, or knew it before, or a table has other columns now: somebody has thrown
     * away what was prepared, a pooler stands between, or it is out of date. Nothing is kept on this connection from now on.
     */
    void lost() {
        most = 0;
        columns.clear();
    }
}
