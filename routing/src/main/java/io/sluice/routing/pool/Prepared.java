package io.sluice.routing.pool;

import io.sluice.routing.wire.WireRow;
import io.sluice.routing.wire.WireStatement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements of batches that one connection has prepared. On its loop only. */
final class Prepared {

    private final Map<WireStatement, WireRow> rows = new HashMap<>();

    /** Beyond that, statements go without a name and are prepared for each use. */
    private int most;

    Prepared(int most) {
        this.most = most;
    }

    /** Whether a new statement may have a name, beside as many {@code others} that are being prepared. */
    boolean hasRoom(int others) {
        return rows.size() + others < most;
    }

    /** How the rows of a statement look that is prepared; null where it is not. */
    @Nullable
    WireRow rowsOf(WireStatement statement) {
        return rows.get(statement);
    }

    void add(WireStatement statement, WireRow row) {
        rows.put(statement, row);
    }

    /**
     * The server does not know a name that was given, or knew it before: somebody has thrown away what was prepared, or a
     * pooler stands between. Nothing is kept on this connection from now on.
     */
    void lost() {
        most = 0;
        rows.clear();
    }
}
