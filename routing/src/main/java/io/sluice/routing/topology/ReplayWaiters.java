package io.sluice.routing.topology;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Readers that wait until one replica has replayed far enough. They share one poller, however many they are. */
final class ReplayWaiters {

    private final PriorityQueue<Waiter> queue = new PriorityQueue<>(
            (left, right) -> left.token().lsn().compareTo(right.token().lsn()));

    private record Waiter(ConsistencyToken token, MonoSink<Boolean> sink) {}

    /** Emits true when the replica has got there, false when it cannot be told or will not. */
    Mono<Boolean> await(ConsistencyToken token, Runnable onWaiting) {
        return Mono.create(sink -> {
            Waiter waiter = new Waiter(token, sink);
            synchronized (queue) {
                queue.add(waiter);
            }
            sink.onDispose(() -> remove(waiter));
            onWaiting.run();
        });
    }

    private void remove(Waiter waiter) {
        synchronized (queue) {
            queue.remove(waiter);
        }
    }

    /** The lowest position that is waited for, null where nobody waits. */
    @Nullable
    Lsn nearest() {
        synchronized (queue) {
            Waiter next = queue.peek();
            return next == null ? null : next.token().lsn();
        }
    }

    /** Wakes those whose position is reached, and those on another timeline, who wait in vain. */
    void replayed(int timeline, Lsn position) {
        List<Waiter> woken = new ArrayList<>();
        synchronized (queue) {
            while (!queue.isEmpty() && position.isAtLeast(queue.peek().token().lsn())) {
                woken.add(queue.poll());
            }
        }
        woken.forEach(waiter -> waiter.sink().success(waiter.token().timeline() == timeline));
    }

    void giveUp() {
        List<Waiter> woken;
        synchronized (queue) {
            woken = List.copyOf(queue);
            queue.clear();
        }
        woken.forEach(waiter -> waiter.sink().success(false));
    }
}
