package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class HedgedTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DELAY = Duration.ofMillis(100);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> winners = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final TestPublisher<String> first = TestPublisher.create();
    private final TestPublisher<String> second = TestPublisher.create();

    private Flux<String> hedged(Publisher<String> one, Publisher<String> two) {
        return new Hedged<>(
                one,
                () -> {
                    asked.incrementAndGet();
                    return two;
                },
                DELAY,
                time,
                (nanos, isSecond) -> winners.add(isSecond ? "second" : "first"));
    }

    @Test
    void theSecondIsNotAskedWhereTheFirstSpeaksInTime() {
        StepVerifier.create(hedged(first, second))
                .then(() -> first.emit("a", "b"))
                .expectNext("a", "b")
                .expectComplete()
                .verify(LIMIT);
        time.advanceTimeBy(LIMIT);

        assertThat(asked).hasValue(0);
        assertThat(winners).containsExactly("first");
        second.assertWasNotSubscribed();
    }

    @Test
    void theSecondAnswersForAFirstThatIsSilentAndTheFirstIsCancelled() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> second.emit("a"))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);

        first.assertCancelled();
        assertThat(winners).containsExactly("second");
    }

    @Test
    void anEmptyAnswerIsOne() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(second::complete)
                .expectComplete()
                .verify(LIMIT);

        first.assertCancelled();
    }

    @Test
    void theFirstMayStillWinAfterTheSecondWasAsked() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> first.emit("a"))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);

        second.assertCancelled();
        assertThat(winners).containsExactly("first");
    }

    @Test
    void whatTheLoserStillBringsIsDiscarded() {
        TestPublisher<String> rude = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        List<Object> discarded = new CopyOnWriteArrayList<>();
        StepVerifier.create(hedged(rude, second).doOnDiscard(String.class, discarded::add))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> second.next("a"))
                .expectNext("a")
                .then(() -> rude.next("late"))
                .then(second::complete)
                .expectComplete()
                .verify(LIMIT);

        assertThat(discarded).containsExactly("late");
    }

    @Test
    void aFailureIsOneOnlyWhenNobodyElseIsLeft() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> first.error(new IllegalStateException("first")))
                .then(() -> second.emit("a"))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void whereBothFailTheCallerHearsOfBoth() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> second.error(new IllegalStateException("second")))
                .then(() -> first.error(new IllegalStateException("first")))
                .expectErrorSatisfies(
                        error -> assertThat(error).hasMessage("second").satisfies(e -> assertThat(e.getSuppressed()[0])
                                .hasMessage("first")))
                .verify(LIMIT);
    }

    @Test
    void aFirstThatFailsBeforeItsTimeFailsAtOnce() {
        StepVerifier.create(hedged(first, second))
                .then(() -> first.error(new IllegalStateException("first")))
                .expectErrorMessage("first")
                .verify(LIMIT);
        time.advanceTimeBy(LIMIT);

        assertThat(asked).hasValue(0);
    }

    @Test
    void whereThereIsNoSecondTheFirstIsWaitedFor() {
        Flux<String> alone = new Hedged<>(first, () -> null, DELAY, time, (nanos, isSecond) -> {});
        StepVerifier.create(alone)
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> first.emit("a"))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(new Hedged<>(
                        Flux.<String>error(new IllegalStateException("first"))
                                .delaySubscription(DELAY.plus(DELAY), time),
                        () -> null,
                        DELAY,
                        time,
                        (nanos, isSecond) -> {}))
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> time.advanceTimeBy(DELAY))
                .expectErrorMessage("first")
                .verify(LIMIT);
    }

    @Test
    void nobodyIsLateWhileNothingWasAskedFor() {
        StepVerifier.create(hedged(first, second), 0)
                .then(() -> time.advanceTimeBy(LIMIT))
                .then(() -> assertThat(asked).hasValue(0))
                .thenRequest(1)
                .then(() -> time.advanceTimeBy(DELAY))
                .then(() -> second.next("a"))
                .expectNext("a")
                .then(() -> second.assertMaxRequested(1))
                .thenRequest(2)
                .then(() -> second.next("b"))
                .expectNext("b")
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void cancellingReachesBoth() {
        StepVerifier.create(hedged(first, second))
                .then(() -> time.advanceTimeBy(DELAY))
                .thenCancel()
                .verify(LIMIT);

        first.assertCancelled();
        second.assertCancelled();
    }

    /** Both speak at the same moment, over and over: one is passed on whole, the other not at all. */
    @Test
    void onlyOneOfTwoThatSpeakAtOnceIsPassedOn() {
        for (int round = 0; round < 2_000; round++) {
            Sinks.Many<String> one = Sinks.many().unicast().onBackpressureBuffer();
            Sinks.Many<String> two = Sinks.many().unicast().onBackpressureBuffer();
            VirtualTimeScheduler clock = VirtualTimeScheduler.create();
            Flux<String> race = new Hedged<>(one.asFlux(), two::asFlux, DELAY, clock, (nanos, isSecond) -> {});
            StepVerifier.create(race.collectList())
                    .then(() -> clock.advanceTimeBy(DELAY))
                    .then(() -> {
                        Schedulers.parallel().schedule(() -> speak(one, "1"));
                        Schedulers.parallel().schedule(() -> speak(two, "2"));
                    })
                    .assertNext(elements -> assertThat(elements).hasSize(3).containsOnly(elements.get(0)))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    private static void speak(Sinks.Many<String> sink, String text) {
        for (int i = 0; i < 3; i++) {
            sink.tryEmitNext(text);
        }
        sink.tryEmitComplete();
    }
}
