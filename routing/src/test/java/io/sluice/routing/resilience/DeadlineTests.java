package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class DeadlineTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private final List<String> givenBack = new CopyOnWriteArrayList<>();

    @Test
    void handsOnWhatComesInTime() {
        limited(Mono.just("resource"))
                .as(StepVerifier::create)
                .expectNext("resource")
                .expectComplete()
                .verify(LIMIT);
        assertThat(givenBack).isEmpty();
    }

    @Test
    void failsWhenTimeIsUp() {
        StepVerifier.withVirtualTime(() -> limited(Mono.never()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .expectError(TimeoutException.class)
                .verify(LIMIT);
    }

    @Test
    void setsNoTimerForWhatIsThereAtOnce() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        AtomicInteger errors = new AtomicInteger();
        new Deadline<>(
                        Mono.just("resource"),
                        Duration.ofSeconds(1),
                        clock,
                        () -> new IllegalStateException("late " + errors.incrementAndGet()),
                        givenBack::add)
                .as(StepVerifier::create)
                .expectNext("resource")
                .expectComplete()
                .verify(LIMIT);
        assertThat(clock.getScheduledTaskCount()).isZero();
    }

    @Test
    void givesBackWhatComesTooLate() {
        TestPublisher<String> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        StepVerifier.withVirtualTime(() -> limited(source.mono()))
                .thenAwait(Duration.ofSeconds(1))
                .expectError(TimeoutException.class)
                .verify(LIMIT);
        source.next("late");
        assertThat(givenBack).containsExactly("late");
    }

    @Test
    void aResourceThatMeetsACancelIsNeverLost() {
        for (int round = 0; round < 2_000; round++) {
            Sinks.One<String> source = Sinks.one();
            List<String> received = new CopyOnWriteArrayList<>();
            givenBack.clear();
            reactor.core.Disposable subscription = new Deadline<>(
                            Mono.<String>create(sink -> source.asMono().subscribe(sink::success)),
                            Duration.ofSeconds(30),
                            Schedulers.parallel(),
                            TimeoutException::new,
                            givenBack::add)
                    .subscribe(received::add, error -> {});
            Mono.when(
                            Mono.fromRunnable(() -> source.tryEmitValue("resource"))
                                    .subscribeOn(Schedulers.parallel()),
                            Mono.fromRunnable(subscription::dispose).subscribeOn(Schedulers.parallel()))
                    .block(LIMIT);
            assertThat(received.size() + givenBack.size()).isLessThanOrEqualTo(1);
        }
    }

    private Mono<String> limited(Mono<String> source) {
        return new Deadline<>(
                source, Duration.ofSeconds(1), Schedulers.parallel(), TimeoutException::new, givenBack::add);
    }
}
