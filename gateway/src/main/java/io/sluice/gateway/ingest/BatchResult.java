package io.sluice.gateway.ingest;

import io.sluice.routing.consistency.ConsistencyToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch.
 *
 * @param first the number of its first row in the upload, from 1
 * @param committed rows that were taken
 * @param written rows that were inserted or updated; fewer than were taken where conflicting rows are ignored
 * @param token a position that covers the batch, null where nothing of it went in
 * @param status the HTTP status that its first error would have as an answer of its own
 * @param errors the errors that are told; {@code rejected} may be more
 */
record BatchResult(
        long first,
        long last,
        long committed,
        long written,
        long rejected,
        @Nullable ConsistencyToken token,
        int status,
        List<RowError> errors) {

    /** Nothing of the batch went in. */
    static BatchResult refused(Batch batch, int status, List<RowError> errors) {
        return new BatchResult(batch.first(), batch.last(), 0, 0, batch.received(), null, status, errors);
    }

    /** Both as one, of which this one came first. */
    BatchResult plus(BatchResult next) {
        return new BatchResult(
                first,
                next.last,
                committed + next.committed,
                written + next.written,
                rejected + next.rejected,
                next.token,
                status,
                errors);
    }

    BatchResult at(ConsistencyToken position) {
        return new BatchResult(first, last, committed, written, rejected, position, status, errors);
    }

    long received() {
        return last - first + 1;
    }
}
