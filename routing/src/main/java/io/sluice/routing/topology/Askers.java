package io.sluice.routing.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Those who want an answer that was asked for after they came. Any number of them share one question. */
final class Askers {

    private final Queue<Asker> queue = new ArrayDeque<>();

    private record Asker(long sinceNanos, MonoSink<Probe.Answer> sink) {}

    /** Emits the first answer to a question that leaves from now on; is empty where the node is lost before. */
    Mono<Probe.Answer> next(Runnable onWaiting) {
        return Mono.create(sink -> {
            Asker asker = new Asker(System.nanoTime(), sink);
            synchronized (queue) {
                queue.add(asker);
            }
            sink.onDispose(() -> remove(asker));
            onWaiting.run();
        });
    }

    private void remove(Asker asker) {
        synchronized (queue) {
            queue.remove(asker);
        }
    }

    void answered(Probe.Answer answer) {
        List<Asker> served = new ArrayList<>();
        synchronized (queue) {
            while (!queue.isEmpty() && answer.askedNanos() - queue.peek().sinceNanos() >= 0) {
                served.add(queue.poll());
            }
        }
        served.forEach(asker -> asker.sink().success(answer));
    }

    boolean waiting() {
        synchronized (queue) {
            return !queue.isEmpty();
        }
    }

    void giveUp() {
        List<Asker> left;
        synchronized (queue) {
            left = List.copyOf(queue);
            queue.clear();
        }
        left.forEach(asker -> asker.sink().success());
    }
}
