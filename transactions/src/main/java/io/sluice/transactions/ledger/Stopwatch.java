package io.sluice.transactions.ledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells the listener how long the parts of a batch took. */
final class Stopwatch {

    private final Scheduler clock;
    private final LedgerListener listener;

    Stopwatch(Scheduler clock, LedgerListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    <T> Mono<T> locks(Mono<T> reading) {
        return timed(reading, LedgerEvent.Locked::new);
    }

    <T> Mono<T> batch(List<List<Transfer>> requests, Mono<T> whole) {
        int transfers = requests.stream().mapToInt(List::size).sum();
        return timed(whole, took -> new LedgerEvent.Committed(requests.size(), transfers, took));
    }

    private <T> Mono<T> timed(Mono<T> part, Function<Duration, LedgerEvent> event) {
        return Mono.defer(() -> {
            long start = clock.now(TimeUnit.NANOSECONDS);
            return part.doOnNext(
                    done -> listener.on(event.apply(Duration.ofNanos(clock.now(TimeUnit.NANOSECONDS) - start))));
        });
    }
}
