package io.sluice.gateway.testing;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Clients that repeat a request until they are told to stop, and remember what they were answered. */
public final class Traffic implements AutoCloseable {

    private final ExecutorService clients;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicInteger answers = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> byNode = new ConcurrentHashMap<>();

    private Traffic(int threads) {
        this.clients = Executors.newFixedThreadPool(threads);
    }

    /** Starts {@code threads} clients; an answer other than {@code 200} or an exception is a failure. */
    public static Traffic start(int threads, Supplier<HttpResponse<String>> request) {
        Traffic traffic = new Traffic(threads);
        for (int i = 0; i < threads; i++) {
            traffic.clients.execute(() -> traffic.repeat(request));
        }
        return traffic;
    }

    private void repeat(Supplier<HttpResponse<String>> request) {
        while (running.get()) {
            try {
                remember(request.get());
            } catch (RuntimeException | AssertionError e) {
                failures.add(e.toString());
            }
        }
    }

    private void remember(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            failures.add(answer.statusCode() + " " + answer.body());
        }
        answer.headers().firstValue("Sluice-Node").ifPresent(node -> byNode.computeIfAbsent(
                        node, n -> new AtomicInteger())
                .incrementAndGet());
        answers.incrementAndGet();
    }

    /** Returns when {@code count} more answers have come. */
    public void awaitAnswers(int count) {
        int goal = answers.get() + count;
        Eventually.eventually(() -> {
            if (answers.get() < goal) {
                throw new AssertionError("only " + answers.get() + " of " + goal + " answers; failures: " + failures);
            }
        });
    }

    public int answersOf(String node) {
        AtomicInteger count = byNode.get(node);
        return count == null ? 0 : count.get();
    }

    public List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        running.set(false);
        clients.shutdown();
        try {
            if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("clients still wait for an answer");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
