package io.sluice.routing.pool;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What reaches the driver does so on the connection's event loop, whoever asks. */
class OnLoopTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EventExecutor executor = new DefaultEventLoop();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final ConnectionLoop loop = new ConnectionLoop(executor, open::get);
    private final List<String> signals = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void subscribingDemandAndCancellationHappenOnTheLoop() {
        BaseSubscriber<Integer> subscriber = unasking();
        OnLoop.flux(new Driver(), loop).subscribe(subscriber);
        subscriber.request(7);
        settle();
        subscriber.cancel();
        settle();

        assertThat(signals).containsExactly("subscribe on loop", "request 7 on loop", "cancel on loop");
    }

    @Test
    void demandOnTheLoopTakesNoDetour() {
        BaseSubscriber<Integer> subscriber = unasking();
        OnLoop.flux(new Driver(), loop).subscribe(subscriber);
        executor.execute(() -> {
            subscriber.request(1);
            signals.add("after the request");
        });
        settle();

        assertThat(signals).containsExactly("subscribe on loop", "request 1 on loop", "after the request");
    }

    @Test
    void aSocketThatWasJustClosedIsAskedOnlyWhenTheDriverKnows() {
        BaseSubscriber<Integer> subscriber = unasking();
        OnLoop.flux(new Driver(), loop).subscribe(subscriber);
        open.set(false);
        subscriber.request(1);
        executor.execute(() -> signals.add("the driver hears of it"));
        eventually("the request comes", () -> signals.size() == 3);

        assertThat(signals).containsExactly("subscribe on loop", "the driver hears of it", "request 1 on loop");
    }

    @Test
    void whoLeavesBeforeItBeginsIsNeverHeardOf() {
        CountDownLatch busy = new CountDownLatch(1);
        executor.execute(() -> await(busy));
        BaseSubscriber<Integer> subscriber = unasking();
        OnLoop.flux(new Driver(), loop).subscribe(subscriber);
        subscriber.cancel();
        busy.countDown();
        settle();

        assertThat(signals).isEmpty();
    }

    @Test
    void whatTheDriverSaysIsPassedOn() {
        OnLoop.flux(Flux.range(1, 3).concatWith(Flux.error(new IllegalStateException("no more"))), loop)
                .as(StepVerifier::create)
                .expectNext(1, 2, 3)
                .expectErrorMessage("no more")
                .verify(LIMIT);
    }

    @Test
    void aLoopThatHasStoppedKeepsNobodyWaiting() throws InterruptedException {
        executor.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(LIMIT.toMillis());

        OnLoop.flux(Flux.just(1), loop)
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);
    }

    private static BaseSubscriber<Integer> unasking() {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // The test asks.
            }
        };
    }

    /** Waits for what the loop was given so far. */
    private void settle() {
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(done::countDown);
        await(done);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Says which of its methods was called where. */
    private final class Driver extends Flux<Integer> {

        @Override
        public void subscribe(CoreSubscriber<? super Integer> actual) {
            note("subscribe");
            actual.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    note("request " + n);
                }

                @Override
                public void cancel() {
                    note("cancel");
                }
            });
        }

        private void note(String what) {
            signals.add(what + (executor.inEventLoop() ? " on loop" : " elsewhere"));
        }
    }
}
