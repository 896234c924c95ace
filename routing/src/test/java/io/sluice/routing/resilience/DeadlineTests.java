package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
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
            LateSource source = new LateSource();
            Receiver receiver = new Receiver();
            givenBack.clear();
            limited(source).subscribe(receiver);
            Mono.when(
                            Mono.fromRunnable(source::emit).subscribeOn(Schedulers.parallel()),
                            Mono.fromRunnable(receiver.subscription::cancel).subscribeOn(Schedulers.parallel()))
                    .block(LIMIT);
            assertThat(receiver.received.get() + givenBack.size()).isEqualTo(1);
        }
    }

    /** Emits even when it has been cancelled, as a pool may that hands over a connection at that moment. */
    private static final class LateSource extends Mono<String> {

        private CoreSubscriber<? super String> subscriber;

        @Override
        public void subscribe(CoreSubscriber<? super String> actual) {
            subscriber = actual;
            actual.onSubscribe(Operators.emptySubscription());
        }

        void emit() {
            subscriber.onNext("resource");
            subscriber.onComplete();
        }
    }

    private static final class Receiver implements CoreSubscriber<String> {

        private final AtomicInteger received = new AtomicInteger();
        private Subscription subscription;

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(String resource) {
            received.incrementAndGet();
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }

    private Mono<String> limited(Mono<String> source) {
        return new Deadline<>(
                source, Duration.ofSeconds(1), Schedulers.parallel(), TimeoutException::new, givenBack::add);
    }
}
