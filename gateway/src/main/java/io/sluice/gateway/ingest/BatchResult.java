package io.sluice.gateway.ingest;

import io.sluice.routing.consistency.ConsistencyToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch.
 *
 * @param first the number of its first row in the upload, from 1
 * @param token a position that covers the batch, null where nothing of it went in
 * @param status the HTTP status that its first error would have as an answer of its own
 * @param errors the errors that are told; {@code rejected} may be more
 */
record BatchResult(
        long first,
        long last,
        long committed,
        long rejected,
        @Nullable ConsistencyToken token,
        int status,
        List<RowError> errors) {

    static BatchResult committed(Batch batch, ConsistencyToken token) {
        return new BatchResult(batch.first(), batch.last(), batch.received(), 0, token, 200, List.of());
    }

    /** Nothing of the batch went in. */
    static BatchResult refused(Batch batch, int status, List<RowError> errors) {
        return new BatchResult(batch.first(), batch.last(), 0, batch.received(), null, status, errors);
    }

    long received() {
        return last - first + 1;
    }
}
