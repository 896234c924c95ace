package io.sluice.transactions.ledger;

import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.PipelinedTx;
import io.sluice.transactions.tx.SqlStateClass;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import io.sluice.transactions.tx.UnknownOutcomeException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Decides and writes batches, each in one transaction of two round trips: BEGIN, locks and rows; writes and COMMIT.
 *
 * <p>READ COMMITTED is enough: all that a decision depends on is locked, or is a row that never changes once it is
 * there. What two writers could both be first to insert is under one unique key; the second runs again.
 */
final class TransferStore {

    private final TransactionTemplate transactions;
    private final TxSpec spec;
    private final TxSpec batchSpec;
    private final Stopwatch watch;

    TransferStore(TransactionTemplate transactions, TxSpec spec, Duration batchLockTimeout, Stopwatch watch) {
        this.transactions = transactions;
        this.spec = spec;
        this.watch = watch;
        this.batchSpec =
                spec.withLockTimeout(batchLockTimeout).withRetry(spec.retry().except(SqlStateClass.LOCK_TIMEOUT));
    }

    /**
     * One list of answers for each request. An unknown outcome is settled before anybody hears of it, by looking at the
     * rows; only where that cannot be done, in two tries with a deadline each, it is an {@link UnknownOutcomeException}.
     */
    Mono<Committed<List<List<Decision.Answer>>>> apply(List<List<Transfer>> requests) {
        return watch.batch(requests, Mono.defer(() -> {
            AtomicReference<@Nullable Decision> inDoubt = new AtomicReference<>();
            AtomicReference<@Nullable UnknownOutcomeException> doubt = new AtomicReference<>();
            return transactions
                    .commitPipelined(requests.size() == 1 ? spec : batchSpec, tx -> decide(tx, requests, inDoubt))
                    .doOnError(UnknownOutcomeException.class, doubt::set)
                    .retryWhen(Retry.max(2).filter(UnknownOutcomeException.class::isInstance))
                    .onErrorMap(error -> doubt.get() != null, error -> stillUnknown(requests, error));
        }));
    }

    private static Throwable stillUnknown(List<List<Transfer>> requests, Throwable error) {
        List<UUID> ids =
                requests.stream().flatMap(List::stream).map(Transfer::id).toList();
        return new LedgerOutcomeUnknownException(ids, error);
    }

    private Mono<List<List<Decision.Answer>>> decide(
            PipelinedTx tx, List<List<Transfer>> requests, AtomicReference<@Nullable Decision> inDoubt) {
        Mono<StateReader.Snapshot> read = new StateReader(requests).read(tx).onErrorMap(RacedException::orAsItIs);
        return watch.locks(read).map(snapshot -> {
            Decision earlier = inDoubt.get();
            if (earlier != null && wasCommitted(earlier, snapshot.state())) {
                return earlier.answers();
            }
            Decision decision = TransferEngine.applyAll(snapshot.state(), requests, snapshot.firstMicros());
            inDoubt.set(decision);
            if (!decision.changesNothing()) {
                tx.withCommit(DecisionWrite.of(decision, snapshot.places()), RacedException::orAsItIs);
            }
            return decision.answers();
        });
    }

    /**
     * Whether the rows of a decision whose COMMIT was not answered are there. The locks of this transaction were waited
     * for, so the other one is over; ids and times together are unique to it.
     */
    private static boolean wasCommitted(Decision decision, LedgerState state) {
        for (RecordedTransfer created : decision.created()) {
            RecordedTransfer found = state.transfer(created.transfer().id());
            return found != null && found.timestampMicros() == created.timestampMicros();
        }
        // Nothing but refusals: the ids were free when they were refused, so that a burnt one was burnt by this.
        return decision.burnt().stream().anyMatch(refusal -> state.burnt(refusal.id()));
    }
}
