package io.sluice.routing.batch;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which batch leaves when. Every method runs under the loader's lock and does no I/O.
 *
 * <p>One batch is on its way, the next one gathers: so a single caller waits for nobody, and the more there are, the
 * larger the batches get. A second one leaves beside the first only when it is full, or when the first is slow.
 */
final class Tower<K, V> {

    private final BatchSettings settings;

    /** Batches that take new callers, one for each kind of route. */
    private final Map<Object, Batch<K, V>> open = new HashMap<>();

    /** In the order in which they leave. */
    private final Deque<Batch<K, V>> queue = new ArrayDeque<>();

    private final Set<Flight<K, V>> flights = new HashSet<>();
    private int waiting;

    Tower(BatchSettings settings) {
        this.settings = settings;
    }

    /** Fails where there are too many callers already. */
    void enter(Caller<K, V> caller) {
        if (waiting >= settings.maxWaiting()) {
            throw new BatchOverflowException(waiting);
        }
        waiting++;
        Batch<K, V> batch = open.get(caller.route().kind());
        if (batch == null || (batch.size() >= settings.maxBatch() && !batch.has(caller.key()))) {
            batch = new Batch<>(caller.route());
            open.put(caller.route().kind(), batch);
            queue.add(batch);
        }
        batch.add(caller);
    }

    /** The next batch, where it may leave now. */
    @Nullable
    Flight<K, V> takeOff(long nowNanos) {
        Batch<K, V> next = queue.peek();
        if (next == null || flights.size() >= settings.maxFlights() || !(isFree() || isFull(next))) {
            return null;
        }
        queue.remove();
        open.remove(next.route().kind(), next);
        Flight<K, V> flight = new Flight<>(next, nowNanos);
        flights.add(flight);
        return flight;
    }

    private boolean isFree() {
        for (Flight<K, V> flight : flights) {
            if (!flight.isSlow()) {
                return false;
            }
        }
        return true;
    }

    private boolean isFull(Batch<K, V> batch) {
        return batch.size() >= settings.maxBatch();
    }

    /** The flight is over; false where it was given up before. */
    boolean land(Flight<K, V> flight) {
        return flights.remove(flight);
    }

    /** The callers of a batch have been answered. */
    void answered(int callers) {
        waiting -= callers;
    }

    /** Both halves of a batch go first. */
    void divide(Batch<K, V> batch) {
        for (boolean second : new boolean[] {true, false}) {
            Batch<K, V> half = batch.half(second);
            if (half != null) {
                queue.addFirst(half);
            }
        }
    }

    /** A caller waits no more; yields the flight that is for nobody now. */
    @Nullable
    Flight<K, V> leave(Caller<K, V> caller) {
        Flight<K, V> flight = find(flights, candidate -> candidate.batch().remove(caller));
        if (flight != null) {
            waiting--;
            return flight.batch().isEmpty() && flights.remove(flight) ? flight : null;
        }
        Batch<K, V> batch = find(queue, candidate -> candidate.remove(caller));
        if (batch != null) {
            waiting--;
        }
        if (batch != null && batch.isEmpty()) {
            queue.remove(batch);
            open.remove(batch.route().kind(), batch);
        }
        return null;
    }

    private static <T> @Nullable T find(Collection<T> candidates, Predicate<T> wanted) {
        for (T candidate : candidates) {
            if (wanted.test(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    boolean someWait() {
        return !queue.isEmpty();
    }

    void judge(long nowNanos) {
        long patienceNanos = settings.patience().toNanos();
        flights.forEach(flight -> flight.judge(nowNanos, patienceNanos));
    }
}
