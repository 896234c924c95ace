package io.sluice.transactions.tx;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The time that all runs of one transaction share. */
final class Deadline {

    private final Scheduler timer;
    private final Duration length;
    private final long startNanos;

    private Deadline(Scheduler timer, Duration length, long startNanos) {
        this.timer = timer;
        this.length = length;
        this.startNanos = startNanos;
    }

    static Deadline in(Duration length, Scheduler timer) {
        return new Deadline(timer, length, timer.now(TimeUnit.NANOSECONDS));
    }

    Duration elapsed() {
        return Duration.ofNanos(timer.now(TimeUnit.NANOSECONDS) - startNanos);
    }

    Duration remaining() {
        return length.minus(elapsed());
    }

    boolean leaves(Duration time) {
        return remaining().compareTo(time) > 0;
    }

    /** At least a millisecond, because zero means no limit to the server. */
    long remainingMillis(Duration atMost) {
        return Math.max(1, Math.min(atMost.toMillis(), remaining().toMillis()));
    }

    /** {@code source}, cancelled and failed when the time is over. */
    <T> Flux<T> limit(Publisher<T> source, int attempt) {
        Mono<Void> over = Mono.delay(Duration.ofMillis(remainingMillis(length)), timer)
                .then(Mono.error(() -> new DeadlineExceededException(length, attempt)));
        return Flux.from(source).takeUntilOther(over);
    }
}
