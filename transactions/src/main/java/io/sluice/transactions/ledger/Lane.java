package io.sluice.transactions.ledger;

import io.r2dbc.spi.R2dbcException;
import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.SqlStateClass;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Natural batches: a request is sent at once when nothing is in flight, and gathers with others while something is. No
 * timer, and one batch at a time: with two the batches would fall apart.
 *
 * <p>A request that was accepted is carried out whatever becomes of who sent it: batches have a subscriber of their
 * own. The queue is bounded by number and by age; beyond that requests are refused at once.
 */
final class Lane {

    private static final int ALONE_AT_ONCE = 4;

    private final LedgerSettings settings;
    private final Scheduler clock;
    private final TransferStore store;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int waiting;
    private boolean busy;

    Lane(LedgerSettings settings, Scheduler clock, TransferStore store) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
    }

    private record Waiting(
            List<Transfer> request, MonoSink<Committed<List<Decision.Answer>>> caller, long sinceNanos) {}

    /** The answers, once they are committed. Cancelling only means that nobody waits for them. */
    Mono<Committed<List<Decision.Answer>>> submit(List<Transfer> request) {
        return Mono.create(caller -> {
            LedgerBusyException refusal = enqueue(new Waiting(request, caller, now()));
            if (refusal == null) {
                runNext();
            } else {
                caller.error(refusal);
            }
        });
    }

    /** How many transfers wait for the batch in flight to end. */
    synchronized int waiting() {
        return waiting;
    }

    private synchronized @Nullable LedgerBusyException enqueue(Waiting arrived) {
        Waiting oldest = queue.peekFirst();
        Duration age = oldest == null ? Duration.ZERO : Duration.ofNanos(arrived.sinceNanos() - oldest.sinceNanos());
        boolean full = waiting > 0 && waiting + arrived.request().size() > settings.queueMax();
        if (full || age.compareTo(settings.queueAgeMax()) > 0) {
            return new LedgerBusyException(waiting, age);
        }
        queue.addLast(arrived);
        waiting += arrived.request().size();
        return null;
    }

    private void runNext() {
        List<Waiting> batch = take();
        if (!batch.isEmpty()) {
            run(batch).subscribe(done -> {}, error -> finish(), this::finish);
        }
    }

    private synchronized List<Waiting> take() {
        if (busy) {
            return List.of();
        }
        List<Waiting> batch = new ArrayList<>();
        int size = 0;
        while (!queue.isEmpty()
                && (size == 0 || size + queue.getFirst().request().size() <= settings.batchMax())) {
            Waiting next = queue.removeFirst();
            batch.add(next);
            size += next.request().size();
        }
        waiting -= size;
        busy = !batch.isEmpty();
        return batch;
    }

    private void finish() {
        synchronized (this) {
            busy = false;
        }
        runNext();
    }

    private Mono<?> run(List<Waiting> batch) {
        return store.apply(batch.stream().map(Waiting::request).toList())
                .doOnNext(done -> answer(batch, done))
                .doOnError(error -> failed(batch, error));
    }

    /**
     * A batch that failed because of one of its members is carried out again one by one, beside the lane, so that only
     * that member fails.
     */
    private void failed(List<Waiting> batch, Throwable error) {
        boolean mayBeOneMember =
                switch (SqlStateClass.of(error)) {
                    case LOCK_TIMEOUT, PERMANENT, DUPLICATE -> batch.size() > 1 && error instanceof R2dbcException;
                    default -> false;
                };
        if (!mayBeOneMember) {
            batch.forEach(member -> member.caller().error(error));
            return;
        }
        Flux.fromIterable(batch)
                .flatMap(member -> run(List.of(member)).onErrorComplete(), ALONE_AT_ONCE)
                .subscribe(
                        done -> {},
                        unexpected -> batch.forEach(member -> member.caller().error(unexpected)));
    }

    private static void answer(List<Waiting> batch, Committed<List<List<Decision.Answer>>> done) {
        for (int index = 0; index < batch.size(); index++) {
            batch.get(index).caller().success(new Committed<>(done.value().get(index), done.token(), done.node()));
        }
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }
}
