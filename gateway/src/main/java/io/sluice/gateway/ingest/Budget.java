package io.sluice.gateway.ingest;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The bytes of all uploads' batches that are on their way to the server. Only whole batches count: they come to an end
 * whatever the others do, so nobody waits for one who waits himself. Thread-safe.
 */
final class Budget {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** One for each upload at most. */
    private final Queue<Sinks.Empty<Void>> waiting = new ConcurrentLinkedQueue<>();

    Budget(long most) {
        this.most = most;
    }

    boolean isFull() {
        return taken.get() >= most;
    }

    long taken() {
        return taken.get();
    }

    void take(long bytes) {
        taken.addAndGet(bytes);
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
        if (!isFull()) {
            for (Sinks.Empty<Void> next = waiting.poll(); next != null; next = waiting.poll()) {
                next.tryEmitEmpty();
            }
        }
    }

    /** Completes when there is room; a cancel stops waiting. */
    Mono<Void> room() {
        return Mono.defer(() -> {
            if (!isFull()) {
                return Mono.empty();
            }
            Sinks.Empty<Void> room = Sinks.empty();
            waiting.add(room);
            if (!isFull()) {
                room.tryEmitEmpty();
            }
            return room.asMono().doFinally(end -> waiting.remove(room));
        });
    }
}
