package io.sluice.gateway.fastpath;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import tools.jackson.databind.json.JsonMapper;

/** What the connections share: what is known, the timers of their requests, and how many are on their way. */
final class FastRequests {

    private static final Logger log = LoggerFactory.getLogger(FastRequests.class);
    private static final String READ = "/rest/v1/{table}";

    private final KnownReads known;
    private final MeterRegistry meters;
    private final JsonMapper json;
    private final Timer answered;
    private final Map<Kind, Timer> others = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> whenNone = new AtomicReference<>();
    private final LongAdder all = new LongAdder();
    private volatile Map<String, ShortWrite> writes = Map.of();
    private volatile boolean closed;

    private record Kind(String method, String uri, int status, String exception) {}

    FastRequests(KnownReads known, MeterRegistry meters, JsonMapper json) {
        this.known = known;
        this.meters = meters;
        this.json = json;
        this.answered = timer(new Kind("GET", READ, 200, "none"));
        FunctionCounter.builder("sluice.rest.fast", all, LongAdder::sum)
                .description("requests that were answered before the framework")
                .register(meters);
    }

    /** From now on requests for these are taken, too. */
    void open(List<ShortWrite> all) {
        writes = all.stream().collect(Collectors.toUnmodifiableMap(ShortWrite::path, Function.identity()));
    }

    /** The same meter as the framework's requests have. */
    private Timer timer(Kind kind) {
        HttpStatusCode status = HttpStatusCode.valueOf(kind.status());
        String outcome =
                status.is5xxServerError() ? "SERVER_ERROR" : status.is4xxClientError() ? "CLIENT_ERROR" : "SUCCESS";
        return Timer.builder("http.server.requests")
                .tag("error", kind.exception())
                .tag("exception", kind.exception())
                .tag("method", kind.method())
                .tag("outcome", outcome)
                .tag("status", Integer.toString(kind.status()))
                .tag("uri", kind.uri())
                .register(meters);
    }

    /** What a request reads; null where the framework has to find out. */
    KnownReads.@Nullable Match find(HttpRequest request) {
        return closed ? null : known.find(request);
    }

    /** What is done with what is posted there; null where that is not known here. */
    @Nullable
    ShortWrite write(String uri) {
        return closed ? null : writes.get(uri);
    }

    void begin() {
        underWay.incrementAndGet();
    }

    void end() {
        if (underWay.decrementAndGet() == 0 && closed) {
            tellNone();
        }
    }

    void read(long nanos) {
        all.increment();
        answered.record(nanos, TimeUnit.NANOSECONDS);
    }

    void written(ShortWrite write, int status, long nanos) {
        record(new Kind("POST", write.path(), status, "none"), nanos);
    }

    private void record(Kind kind, long nanos) {
        all.increment();
        others.computeIfAbsent(kind, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The answer to an error of a read that another way would meet, too; null for others. */
    @Nullable
    ErrorAnswer refusedRead(Throwable error, long nanos) {
        Problem problem = Problem.of(error, false);
        if (!problem.retryable()) {
            return null;
        }
        record(new Kind("GET", READ, problem.status(), error.getClass().getSimpleName()), nanos);
        return ErrorAnswer.of(problem, json);
    }

    ErrorAnswer failedWrite(ShortWrite write, Throwable error, long nanos) {
        Problem problem = Problem.of(error, false);
        if (problem.status() >= 500 && !problem.retryable()) {
            log.error("POST {} failed", write.path(), error);
        }
        record(new Kind("POST", write.path(), problem.status(), error.getClass().getSimpleName()), nanos);
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
