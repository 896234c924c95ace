package io.sluice.gateway.stream;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class RowSubscriberTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long ROWS = 300_000;
    private static final Row ROW = proxy(Row.class);
    private static final RowMetadata METADATA = proxy(RowMetadata.class);

    private final AnswerHead head = new AnswerHead() {
        @Override
        public void whole(Output out) {}

        @Override
        public @Nullable Packing begin() {
            return null;
        }

        @Override
        public void hangUp() {}
    };
    private StreamLimits limits = StreamLimits.NONE;

    private final DefaultEventExecutor one = new DefaultEventExecutor();
    private final DefaultEventExecutor other = new DefaultEventExecutor();

    @AfterEach
    void stop() {
        one.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        other.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** What the driver holds back it hands out on the thread that asks, while a flush may run on its own. */
    @Test
    void everyRowComesOnceThoughThreadsChange() {
        AtomicLong last = new AtomicLong();
        numbers()
                .publishOn(Schedulers.parallel(), 16)
                .concatMap(group -> group)
                .doOnNext(buffer -> {
                    while (buffer.readableByteCount() > 0) {
                        long n = 0;
                        for (int i = 0; i < 8; i++) {
                            n = n << 8 | buffer.read() & 0xFF;
                        }
                        assertThat(n).isEqualTo(last.incrementAndGet());
                    }
                    DataBufferUtils.release(buffer);
                })
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(last).hasValue(ROWS);
    }

    @Test
    void cancelGivesEveryBufferBackWhoeverHoldsIt() {
        for (int taken = 0; taken < 20; taken++) {
            numbers()
                    .publishOn(Schedulers.parallel(), 16)
                    .take(taken)
                    .concatMap(group -> group)
                    .doOnNext(DataBufferUtils::release)
                    .then()
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void noMoreThanAWindowWaitsForASlowSocket() {
        List<DataBuffer> held = new CopyOnWriteArrayList<>();
        Disposable answer = numbers().concatMap(group -> group).subscribe(held::add, error -> {
            throw new AssertionError(error);
        });
        eventually(LIMIT, () -> assertThat(bytes(held)).isGreaterThanOrEqualTo(256 * 1024));
        // Long enough for one that does not stop to go far beyond.
        Mono.delay(Duration.ofMillis(500)).block(LIMIT);
        assertThat(bytes(held)).isLessThan(400 * 1024);
        answer.dispose();
        held.forEach(DataBufferUtils::release);
    }

    @Test
    void aPlaceIsTakenWhileTheAnswerRunsAndGivenBackHoweverItEnds() {
        StreamShare share = new StreamShare(1, List::of);
        limits = new StreamLimits(share, LIMIT, LIMIT, false, Schedulers.parallel());
        StepVerifier.create(numbers().concatMap(group -> group).doOnNext(DataBufferUtils::release), 1)
                .expectNextCount(1)
                .then(() -> assertThat(share.taken("server")).isOne())
                .then(() -> numbers()
                        .as(StepVerifier::create)
                        .expectErrorMessage("1 long answers are running on server, which is as many as"
                                + " sluice.stream.per-server allows")
                        .verify(LIMIT))
                .then(() -> assertThat(share.taken("server")).isOne())
                .thenCancel()
                .verify(LIMIT);
        assertThat(share.taken("server")).isZero();

        numbers()
                .concatMap(group -> group)
                .doOnNext(DataBufferUtils::release)
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(share.taken("server")).isZero();
    }

    @Test
    void aClientThatTakesNothingIsEndedThoughItHoldsBuffers() {
        StreamShare share = new StreamShare(1, List::of);
        limits = new StreamLimits(share, Duration.ofMillis(200), LIMIT, false, Schedulers.parallel());
        List<DataBuffer> held = new CopyOnWriteArrayList<>();
        StepVerifier.create(numbers().concatMap(group -> group).doOnNext(held::add))
                .thenConsumeWhile(buffer -> true)
                .expectErrorMessage("the client has taken nothing for 200 ms")
                .verify(LIMIT);
        assertThat(share.taken("server")).isZero();
        held.forEach(DataBufferUtils::release);
    }

    @Test
    void anAnswerThatTakesTooLongEndsWithARecordOfIt() {
        limits = new StreamLimits(
                new StreamShare(1, List::of), LIMIT, Duration.ofMillis(200), false, Schedulers.parallel());
        numbers()
                .delayElements(Duration.ofMillis(50))
                .concatMap(group -> group)
                .doOnNext(DataBufferUtils::release)
                .then()
                .as(StepVerifier::create)
                .expectErrorMessage("the answer took longer than 200 ms")
                .verify(LIMIT);
    }

    private static int bytes(List<DataBuffer> buffers) {
        return buffers.stream().mapToInt(DataBuffer::readableByteCount).sum();
    }

    /** A source of numbered rows that hands them out on either of two threads, one after another. */
    @SuppressWarnings("overloads") // of Flux.startWith, for a Flux of publishers
    private Flux<Publisher<DataBuffer>> numbers() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Publisher<DataBuffer>> actual) {
                StreamWatch watch = new StreamWatch(limits, "server", limits.now());
                RowSubscriber subscriber = new RowSubscriber(
                        actual,
                        new Run(
                                new Numbers(),
                                new FirstBuffer(1, true),
                                head,
                                watch,
                                Tap.OPEN,
                                Run.Begin.FRESH,
                                error -> false));
                subscriber.onSubscribe(new Source(subscriber));
            }
        };
    }

    private final class Source implements Subscription {

        private final RowSubscriber subscriber;
        private final AtomicLong demand = new AtomicLong();
        private long sent;
        private volatile boolean cancelled;

        Source(RowSubscriber subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (demand.getAndAdd(n) == 0) {
                one.execute(() -> send(other));
            }
        }

        private void send(DefaultEventExecutor next) {
            for (int i = 0; i < 7 && !cancelled; i++) {
                Object token = subscriber.append(ROW, METADATA);
                subscriber.onNext(token);
                if (++sent == ROWS) {
                    subscriber.onComplete();
                    return;
                }
                if (demand.decrementAndGet() == 0) {
                    return;
                }
            }
            if (!cancelled) {
                next.execute(() -> send(next == one ? other : one));
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private static final class Numbers extends RowWriter {

        @Override
        void row(Cells row, Output out) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((byte) ((rows() + 1) >> shift));
            }
        }

        @Override
        void end(Output out) {}

        @Override
        void error(ErrorBody error, Output out) {}
    }

    private static <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> method.getReturnType() == List.class ? List.of() : null));
    }
}
