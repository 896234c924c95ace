package io.sluice.gateway.ingest;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * One upload's batches from when they are cut to when somebody writes them, or the upload is over. Thread-safe.
 *
 * <p>An operator that is cancelled on one thread while it is handed a batch on another may drop it without a word
 * ({@code FluxMergeSequential} of Reactor 3.8 does). So batches are released by who owns them, and not by hooks.
 */
final class Unwritten {

    private final Budget budget;
    private final Set<Batch> batches = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    Unwritten(Budget budget) {
        this.budget = budget;
    }

    /** Owns these, which count as held from now on. After {@link #close} they are released at once. */
    List<Batch> add(List<Batch> cut) {
        for (Batch batch : cut) {
            batches.add(batch.countedIn(budget));
        }
        if (over) {
            release();
        }
        return cut;
    }

    /** Gives the batch to {@code writer}, which releases it; empty where the upload is over. */
    Mono<BatchResult> write(Batch batch, Function<Batch, Mono<BatchResult>> writer) {
        return Mono.defer(() -> batches.remove(batch) ? writer.apply(batch) : Mono.empty());
    }

    /** Nobody will write any more of them. */
    void close() {
        over = true;
        release();
    }

    private void release() {
        List.copyOf(batches).stream().filter(batches::remove).forEach(Batch::release);
    }
}
