package io.sluice.loadtests.patterns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the variants of a pattern in turns, so that what the machine does meanwhile falls on all of them alike. */
final class Stopwatch {

    private final Duration warmUp;
    private final Duration length;
    private final int rounds;

    Stopwatch(Duration warmUp, Duration length, int rounds) {
        this.warmUp = warmUp;
        this.length = length;
        this.rounds = rounds;
    }

    List<Measurement> measure(Pattern pattern) {
        List<Count> counts = pattern.variants().stream().map(Count::new).toList();
        counts.forEach(count -> count.round(warmUp));
        counts.forEach(Count::forget);
        for (int round = 0; round < rounds; round++) {
            counts.forEach(count -> count.round(length));
        }
        return counts.stream().map(Count::measurement).toList();
    }

    /** What has been counted of one variant so far. */
    private static final class Count {

        private final Variant variant;
        private final List<Double> rates = new ArrayList<>();
        private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        private final LongAdder failures = new LongAdder();
        private final Map<String, Long> notes = new HashMap<>();

        Count(Variant variant) {
            this.variant = variant;
        }

        void forget() {
            rates.clear();
            nanos.clear();
            failures.reset();
            notes.clear();
        }

        /** Every caller begins its next operation when the last one is done, and none when the time is over. */
        void round(Duration length) {
            long[] before = notesNow();
            LongAdder done = new LongAdder();
            long begin = System.nanoTime();
            long end = begin + length.toNanos();
            Flux.range(0, variant.callers())
                    .flatMap(caller -> timed(done).repeat(() -> System.nanoTime() < end), variant.callers())
                    .then()
                    .block();
            double seconds = (System.nanoTime() - begin) / 1e9;
            rates.add(done.sum() * variant.units() / seconds);
            long[] after = notesNow();
            for (int i = 0; i < after.length; i++) {
                notes.merge(variant.notes().get(i).name(), after[i] - before[i], Long::sum);
            }
        }

        private Mono<Void> timed(LongAdder done) {
            return Mono.defer(() -> {
                long begin = System.nanoTime();
                return variant.operation()
                        .get()
                        .then(Mono.<Void>fromRunnable(() -> {
                            nanos.add(System.nanoTime() - begin);
                            done.increment();
                        }))
                        .onErrorResume(error -> {
                            failures.increment();
                            return Mono.empty();
                        });
            });
        }

        private long[] notesNow() {
            return variant.notes().stream()
                    .flatMapToLong(note -> LongStream.of(note.value().getAsLong()))
                    .toArray();
        }

        Measurement measurement() {
            long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
            return new Measurement(
                    variant.name(),
                    rates,
                    Measurement.percentile(all, 50),
                    Measurement.percentile(all, 99),
                    failures.sum(),
                    notes);
        }
    }
}
