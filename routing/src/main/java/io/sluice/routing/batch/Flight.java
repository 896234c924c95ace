package io.sluice.routing.batch;

import reactor.core.Disposable;
import reactor.core.Disposables;

/** A batch on its way. */
final class Flight<K, V> {

    private final Batch<K, V> batch;
    private final long startedNanos;
    private final Disposable.Swap running = Disposables.swap();

    /** Takes so long that the next batch does not wait for it any more. Guarded by the loader's lock. */
    private boolean slow;

    Flight(Batch<K, V> batch, long startedNanos) {
        this.batch = batch;
        this.startedNanos = startedNanos;
    }

    Batch<K, V> batch() {
        return batch;
    }

    boolean isSlow() {
        return slow;
    }

    void judge(long nowNanos, long patienceNanos) {
        slow |= nowNanos - startedNanos >= patienceNanos;
    }

    void running(Disposable subscription) {
        running.update(subscription);
    }

    void cancel() {
        running.dispose();
    }
}
