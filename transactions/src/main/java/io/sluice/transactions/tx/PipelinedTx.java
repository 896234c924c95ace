package io.sluice.transactions.tx;

import io.sluice.routing.RoutedConnection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A transaction whose first statements follow BEGIN, and whose last precede COMMIT, in the same round trip. */
public final class PipelinedTx {

    private final RoutedConnection connection;
    private volatile @Nullable Publisher<?> last;

    PipelinedTx(RoutedConnection connection) {
        this.connection = connection;
    }

    /** Its statements are sent as they are subscribed to, without waiting for those before them. */
    public RoutedConnection connection() {
        return connection;
    }

    /**
     * The last work, sent together with COMMIT when everything else is done. Where a statement of it fails the
     * transaction is rolled back and that error is the transaction's.
     */
    public void withCommit(Publisher<?> last) {
        this.last = last;
    }

    @Nullable
    Publisher<?> last() {
        return last;
    }
}
