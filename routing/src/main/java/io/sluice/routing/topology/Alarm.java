package io.sluice.routing.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/** A sleep that can be cut short. One sleeper at a time; a ring while nobody sleeps cuts the next sleep. */
final class Alarm {

    private final AtomicBoolean rung = new AtomicBoolean();
    private final AtomicReference<@Nullable MonoSink<Void>> sleeper = new AtomicReference<>();
    private final Scheduler scheduler;

    Alarm(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    Mono<Void> sleep(Duration duration) {
        Mono<Void> ring = Mono.create(sink -> {
            sink.onDispose(() -> sleeper.compareAndSet(sink, null));
            sleeper.set(sink);
            wake();
        });
        return Mono.firstWithSignal(Mono.delay(duration, scheduler).then(), ring);
    }

    void ring() {
        rung.set(true);
        wake();
    }

    private void wake() {
        if (!rung.get()) {
            return;
        }
        MonoSink<Void> sink = sleeper.getAndSet(null);
        if (sink != null && rung.compareAndSet(true, false)) {
            sink.success();
        }
    }
}
