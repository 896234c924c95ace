package io.sluice.gateway.fastpath;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.Problem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the connections share: the known reads, the timers of their requests, and how many are on their way. */
final class FastReads {

    private final KnownReads known;
    private final MeterRegistry meters;
    private final JsonMapper json;
    private final Timer answered;
    private final Map<String, Timer> failed = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> whenNone = new AtomicReference<>();
    private final LongAdder reads = new LongAdder();
    private volatile boolean closed;

    FastReads(KnownReads known, MeterRegistry meters, JsonMapper json) {
        this.known = known;
        this.meters = meters;
        this.json = json;
        this.answered = timer("200", "SUCCESS", "none");
        FunctionCounter.builder("sluice.rest.fast", reads, LongAdder::sum)
                .description("reads that were answered before the framework")
                .register(meters);
    }

    /** The same meter as the framework's requests have. */
    private Timer timer(String status, String outcome, String exception) {
        return Timer.builder("http.server.requests")
                .tag("error", exception)
                .tag("exception", exception)
                .tag("method", "GET")
                .tag("outcome", outcome)
                .tag("status", status)
                .tag("uri", "/rest/v1/{table}")
                .register(meters);
    }

    /** What a request asks for; null where the framework has to find out. */
    KnownReads.@Nullable Match find(HttpRequest request) {
        return closed ? null : known.find(request);
    }

    void begin() {
        underWay.incrementAndGet();
    }

    void end() {
        if (underWay.decrementAndGet() == 0 && closed) {
            tellNone();
        }
    }

    void answered(long nanos) {
        reads.increment();
        answered.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The answer to an error that another way would meet, too; null for others. */
    @Nullable
    ErrorAnswer refusal(Throwable error, long nanos) {
        Problem problem = Problem.of(error, false);
        if (!problem.retryable()) {
            return null;
        }
        failed.computeIfAbsent(
                        error.getClass().getSimpleName(),
                        name -> timer(Integer.toString(problem.status()), "SERVER_ERROR", name))
                .record(nanos, TimeUnit.NANOSECONDS);
        return ErrorAnswer.of(problem, json);
    }

    /** Takes no more requests; {@code stopped} is run when the last one has its answer. */
    void close(Runnable stopped) {
        whenNone.set(stopped);
        closed = true;
        if (underWay.get() == 0) {
            tellNone();
        }
    }

    private void tellNone() {
        Runnable told = whenNone.getAndSet(null);
        if (told != null) {
            told.run();
        }
    }
}
