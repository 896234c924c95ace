package io.sluice.loadtests.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class StopwatchTests {

    private final Stopwatch stopwatch = new Stopwatch(Duration.ofMillis(20), Duration.ofMillis(60), 3);

    @Test
    void countsUnitsPerSecondInEachRound() {
        Measurement measurement = measure(
                Variant.of("sleeps", 2, () -> Mono.delay(Duration.ofMillis(10))).each(100));

        assertThat(measurement.rates()).hasSize(3).allMatch(rate -> rate > 0);
        assertThat(measurement.p50Micros()).isGreaterThanOrEqualTo(9_000);
        assertThat(measurement.p99Micros()).isGreaterThanOrEqualTo(measurement.p50Micros());
    }

    @Test
    void goesOnAfterFailuresAndCountsThem() {
        AtomicInteger calls = new AtomicInteger();
        Measurement measurement = measure(Variant.of(
                "fails now and then",
                1,
                () -> calls.incrementAndGet() % 2 == 0
                        ? Mono.error(new IllegalStateException("no"))
                        : Mono.delay(Duration.ofMillis(2))));

        assertThat(measurement.failures()).isPositive();
        assertThat(measurement.rate()).isPositive();
    }

    @Test
    void neverRunsMoreAtATimeThanThereAreCallers() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        measure(Variant.of("counts", 3, () -> Mono.delay(Duration.ofMillis(3))
                .doOnSubscribe(begun -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                .doOnNext(done -> running.decrementAndGet())));

        assertThat(most).hasValue(3);
    }

    @Test
    void aNoteIsWhatWasAddedWhileItsVariantWasMeasured() {
        AtomicLong counted = new AtomicLong(1_000);
        Measurement measurement = measure(Variant.of(
                        "counts", 1, () -> Mono.delay(Duration.ofMillis(5)).doOnNext(done -> counted.incrementAndGet()))
                .with(new Variant.Note("seen", counted::get)));

        assertThat(measurement.notes().get("seen")).isBetween(3L, 200L);
    }

    private Measurement measure(Variant variant) {
        return stopwatch.measure(new Pattern("", "", "", List.of(variant))).get(0);
    }
}
