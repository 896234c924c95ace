package io.sluice.transactions.ledger;

import io.r2dbc.spi.R2dbcException;
import io.sluice.transactions.ledger.Flight.Waiting;
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
import reactor.core.scheduler.Scheduler;

/**
 * Natural batches: a request is sent at once when nothing is in flight, and gathers with others while something is. No
 * timer.
 *
 * <p>Two batches may be in flight, so that the server works on one while the other waits for the log's flush or for us, and
 * on both where it has the processors. The second one begins when its share of all that is there has gathered, because
 * small batches cost more than the waiting does, and only if nothing in it depends on the first, so that each request sees
 * the effects of all that came before it: few accounts mean one batch after another, as large as can be.
 *
 * <p>A request that was accepted is carried out whatever becomes of who sent it: batches have a subscriber of their
 * own. The queue is bounded by number and by age; beyond that requests are refused at once.
 */
final class Lane {

    private static final int ALONE_AT_ONCE = 4;
    private static final int IN_FLIGHT_MAX = 2;

    private final LedgerSettings settings;
    private final Scheduler clock;
    private final TransferStore store;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final List<Flight> flights = new ArrayList<>();
    private final KnownHolds holds = new KnownHolds();
    private int waiting;

    Lane(LedgerSettings settings, Scheduler clock, TransferStore store) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
    }

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

    /** How many transfers wait for their batch to begin. */
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
        for (Flight next = take(); next != null; next = take()) {
            Flight flight = next;
            run(flight.members()).subscribe(done -> {}, error -> finish(flight), () -> finish(flight));
        }
    }

    private synchronized @Nullable Flight take() {
        if (queue.isEmpty()
                || flights.size() >= IN_FLIGHT_MAX
                || flights.stream().anyMatch(Flight::isNeeded)) {
            return null;
        }
        boolean alone = flights.isEmpty();
        int share = alone ? settings.batchMax() : Math.min(settings.batchMax(), share());
        if (!alone && !isWorthwhile(waiting, share)) {
            return null;
        }
        List<Waiting> members = new ArrayList<>();
        int size = 0;
        for (Waiting next : queue) {
            Flight needed = neededFor(next.request());
            if (needed != null && !isWorthwhile(size, share)) {
                needed.isNeededNow();
                return null;
            }
            int with = size + next.request().size();
            if (needed != null || (size > 0 && with > share)) {
                break;
            }
            members.add(next);
            size = with;
        }
        members.forEach(member -> queue.removeFirst());
        waiting -= size;
        Flight flight = new Flight(members, size, holds);
        flights.add(flight);
        return flight;
    }

    /** Of all that is under way or waits, so much for each batch that may be under way. */
    private int share() {
        int all = waiting + flights.stream().mapToInt(Flight::size).sum();
        return (all + IN_FLIGHT_MAX - 1) / IN_FLIGHT_MAX;
    }

    /** Three quarters of its share: a batch that is smaller than the others costs more than waiting does. */
    private static boolean isWorthwhile(int transfers, int share) {
        return 4 * transfers >= 3 * share;
    }

    private @Nullable Flight neededFor(List<Transfer> request) {
        for (Flight flight : flights) {
            if (flight.matters(request)) {
                return flight;
            }
        }
        return null;
    }

    private void finish(Flight flight) {
        synchronized (this) {
            flights.remove(flight);
        }
        runNext();
    }

    private Mono<?> run(List<Waiting> batch) {
        return store.apply(batch.stream().map(Waiting::request).toList())
                .doOnNext(done -> remember(batch, done.value()))
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

    private synchronized void remember(List<Waiting> batch, List<List<Decision.Answer>> answers) {
        for (int index = 0; index < batch.size(); index++) {
            holds.made(batch.get(index).request(), answers.get(index));
        }
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
