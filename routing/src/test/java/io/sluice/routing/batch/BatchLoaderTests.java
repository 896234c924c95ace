package io.sluice.routing.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.sluice.routing.Routing;
import io.sluice.routing.SharedRoute;
import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class BatchLoaderTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A server that answers when it is told to. */
    private static final class Server {

        private final List<List<Integer>> asked = Collections.synchronizedList(new ArrayList<>());
        private final List<String> routes = Collections.synchronizedList(new ArrayList<>());
        private final List<Sinks.One<Map<Integer, String>>> answers = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger cancelled = new AtomicInteger();

        Mono<Map<Integer, String>> read(List<Integer> keys) {
            return Mono.deferContextual(context -> {
                        Sinks.One<Map<Integer, String>> answer = Sinks.one();
                        asked.add(keys);
                        routes.add(SharedRoute.of(context).toString());
                        answers.add(answer);
                        return answer.asMono();
                    })
                    .doOnCancel(cancelled::incrementAndGet);
        }

        void answer(int batch) {
            answers.get(batch)
                    .tryEmitValue(asked.get(batch).stream()
                            .filter(key -> key >= 0)
                            .collect(Collectors.toMap(Function.identity(), key -> "v" + key)));
        }

        void fail(int batch, Throwable error) {
            answers.get(batch).tryEmitError(error);
        }

        BatchLoader.Builder<Integer, String> loader() {
            // A clock that stands still: nothing here takes long.
            return BatchLoader.of(this::read).scheduler(VirtualTimeScheduler.create());
        }
    }

    private final Server server = new Server();
    private final List<String> got = new ArrayList<>();

    @Test
    void theFirstGoesAtOnceAndTheOthersTogetherWhenItIsBack() {
        BatchLoader<Integer, String> loader = server.loader().build();
        for (int key : new int[] {1, 2, 3, 2, -4}) {
            ask(loader, key);
        }
        assertThat(server.asked).containsExactly(List.of(1));

        server.answer(0);
        assertThat(server.asked).containsExactly(List.of(1), List.of(2, 3, -4));
        assertThat(got).containsExactly("v1");

        server.answer(1);
        assertThat(got).containsExactlyInAnyOrder("v1", "v2", "v3", "v2", "nothing");
        assertThat(loader.stats()).isEqualTo(new BatchStats(5, 2, 4));
    }

    @Test
    void aReadThatHasLeftIsNotJoinedByALaterCaller() {
        BatchLoader<Integer, String> loader = server.loader().build();
        ask(loader, 1);
        ask(loader, 1);
        server.answer(0);

        assertThat(server.asked).containsExactly(List.of(1), List.of(1));
    }

    @Test
    void whoLeavesHarmsNobodyAndTheLastOneCancels() {
        BatchLoader<Integer, String> loader = server.loader().build();
        Disposable first = ask(loader, 1);
        Disposable gathered = ask(loader, 2);
        ask(loader, 3);
        gathered.dispose();
        first.dispose();

        assertThat(server.cancelled).hasValue(1);
        assertThat(server.asked).as("the lane is free").containsExactly(List.of(1), List.of(3));

        Disposable sharing = ask(loader, 3);
        server.answer(1);
        sharing.dispose();
        assertThat(got).containsExactly("v3");
        assertThat(server.cancelled).hasValue(2);
        ask(loader, 5);
        server.answer(3);
        assertThat(got).containsExactly("v3", "v5");
    }

    @Test
    void aBadKeyFailsAlone() {
        BatchLoader<Integer, String> loader = server.loader().build();
        for (int key : new int[] {0, 1, 2, 3, 4, 5}) {
            ask(loader, key);
        }
        server.answer(0);
        for (int batch = 1; batch < server.asked.size(); batch++) {
            if (server.asked.get(batch).contains(4)) {
                server.fail(batch, new R2dbcBadGrammarException("4 is bad", "22P02"));
            } else {
                server.answer(batch);
            }
        }
        assertThat(got).containsExactlyInAnyOrder("v0", "v1", "v2", "v3", "4 is bad", "v5");
    }

    @Test
    void whatIsNoKeysFaultIsToldToAllAndNotTriedAgain() {
        BatchLoader<Integer, String> loader = server.loader().build();
        ask(loader, 1);
        ask(loader, 2);
        ask(loader, 3);
        server.answer(0);
        server.fail(1, new R2dbcTransientResourceException("gone"));

        assertThat(got).containsExactly("v1", "gone", "gone");
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void aFullBatchLeavesBesideTheFirstAndTooManyCallersAreRefused() {
        BatchLoader<Integer, String> loader =
                server.loader().maxBatch(2).maxFlights(2).maxWaiting(7).build();
        for (int key = 0; key < 8; key++) {
            ask(loader, key);
        }
        assertThat(server.asked).containsExactly(List.of(0), List.of(1, 2));
        assertThat(got).singleElement().asString().contains("7 callers");

        server.answer(0);
        assertThat(server.asked).containsExactly(List.of(0), List.of(1, 2), List.of(3, 4));
        server.answer(1);
        server.answer(2);
        server.answer(3);
        assertThat(got).hasSize(8).contains("v6");
        loader.load(9).subscribe(got::add, error -> got.add("refused"));
        server.answer(4);
        assertThat(got).contains("v9");
    }

    @Test
    void aBatchThatDoesNotComeBackHoldsUpNobodyForLong() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        BatchLoader<Integer, String> loader =
                server.loader().patience(Duration.ofMillis(50)).scheduler(time).build();
        ask(loader, 1);
        time.advanceTimeBy(Duration.ofMillis(20));
        ask(loader, 2);
        ask(loader, 3);
        assertThat(server.asked).hasSize(1);

        time.advanceTimeBy(Duration.ofMillis(50));
        assertThat(server.asked).containsExactly(List.of(1), List.of(2, 3));
        server.answer(1);
        assertThat(got).containsExactly("v2", "v3");
        time.dispose();
    }

    @Test
    void aBatchSeesWhatAnyOfItsCallersMustSeeAndOnlyTheSameKindShares() {
        BatchLoader<Integer, String> loader = server.loader().build();
        ask(loader, 0);
        ask(loader, 1, Routing.token(ConsistencyToken.parse("1.1.5")));
        ask(loader, 2, Routing.token(ConsistencyToken.parse("1.1.9")));
        ask(loader, 3, Routing.consistency(ConsistencyLevel.STRONG));
        ask(loader, 4);
        server.answer(0);
        server.answer(1);

        assertThat(server.asked).containsExactly(List.of(0), List.of(1, 2, 4), List.of(3));
        assertThat(server.routes.get(1)).contains("1.1.9");
        assertThat(server.routes.get(2)).contains("Strong").doesNotContain("1.1.9");
    }

    @Test
    void everyCallerIsAnsweredOnceWhateverLeavesMeanwhile() throws InterruptedException {
        BatchLoader<Integer, String> loader = BatchLoader.<Integer, String>of(keys -> Mono.fromCallable(() -> {
                            if (keys.contains(13)) {
                                throw new R2dbcBadGrammarException("13", "22P02");
                            }
                            return keys.stream().collect(Collectors.toMap(Function.identity(), key -> "v" + key));
                        })
                        .subscribeOn(Schedulers.parallel()))
                .maxBatch(8)
                .maxWaiting(1_000_000)
                .maxFlights(3)
                .build();
        int callers = 20_000;
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(thread);
            threads.execute(() -> {
                for (int i = 0; i < callers / 4; i++) {
                    int key = random.nextInt(20);
                    Disposable caller = loader.load(key)
                            .doFinally(end -> ended.incrementAndGet())
                            .subscribe(
                                    value -> wrong.addAndGet(value.equals("v" + key) ? 0 : 1),
                                    error -> wrong.addAndGet(key == 13 ? 0 : 1));
                    if (random.nextInt(3) == 0) {
                        caller.dispose();
                    }
                }
                asked.countDown();
            });
        }
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        threads.shutdown();

        loader.load(1).repeat(() -> ended.get() < callers).ignoreElements().block(LIMIT);
        assertThat(wrong).hasValue(0);
        loader.load(7)
                .as(StepVerifier::create)
                .expectNext("v7")
                .expectComplete()
                .verify(LIMIT);
    }

    private Disposable ask(BatchLoader<Integer, String> loader, int key) {
        return ask(loader, key, Function.identity());
    }

    private Disposable ask(
            BatchLoader<Integer, String> loader,
            int key,
            Function<reactor.util.context.Context, reactor.util.context.Context> context) {
        return loader.load(key)
                .defaultIfEmpty("nothing")
                .contextWrite(context)
                .subscribe(got::add, error -> got.add(error.getMessage()));
    }
}
