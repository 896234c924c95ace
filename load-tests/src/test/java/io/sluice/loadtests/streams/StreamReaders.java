package io.sluice.loadtests.streams;

import io.sluice.loadtests.LoadConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps so many readers of NDJSON streams going, beside whatever Gatling does, and remembers what went wrong. */
public final class StreamReaders implements AutoCloseable {

    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);
    private static final int KINDS_OF_FAILURE_SHOWN = 3;

    private final LoadConfig config;
    private final Supplier<String> path;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(StreamReaders::daemon);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger reading = new AtomicInteger();
    private final LongAdder complete = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    /** @param path what the next stream asks for, from the root of the gateway */
    public StreamReaders(LoadConfig config, Supplier<String> path) {
        this.config = config;
        this.path = path;
    }

    /**
     * Starts readers that read everything, pausing after each piece.
     *
     * @param rows a stream with another number of lines is a failure
     */
    public void slow(int readers, Duration pause, long rows) {
        start(readers, pause.toMillis(), Long.MAX_VALUE, rows);
    }

    /** Starts readers that go away after the first pieces and come again at once. */
    public void leaving(int readers, int pieces) {
        start(readers, 0, pieces, 0);
    }

    /** Lets nobody start another stream. */
    @Override
    public void close() {
        closed.set(true);
    }

    /** Streams that are being read. */
    public int reading() {
        return reading.get();
    }

    /** What went wrong, in one line; null when nothing did. */
    @Nullable
    public String objection() {
        return failures.isEmpty()
                ? null
                : failures.entrySet().stream()
                        .limit(KINDS_OF_FAILURE_SHOWN)
                        .map(failure -> failure.getValue().sum() + " × " + failure.getKey())
                        .collect(Collectors.joining("; "));
    }

    /** One sentence. */
    public String summary() {
        return complete.sum() + " slow streams read to the end, " + left.sum() + " left in the middle, "
                + bytes.sum() / 1_000_000 + " MB read, "
                + failures.values().stream().mapToLong(LongAdder::sum).sum() + " failed";
    }

    private void start(int readers, long pauseMillis, long pieces, long rows) {
        for (int reader = 0; reader < readers; reader++) {
            next(pauseMillis, pieces, rows);
        }
    }

    private void next(long pauseMillis, long pieces, long rows) {
        if (closed.get()) {
            return;
        }
        reading.incrementAndGet();
        client.sendAsync(request(), handler(pauseMillis, pieces))
                .thenApply(HttpResponse::body)
                .whenComplete((result, failure) -> {
                    reading.decrementAndGet();
                    boolean well = judge(result, failure, rows);
                    timer.schedule(
                            () -> next(pauseMillis, pieces, rows),
                            well ? 0 : AFTER_FAILURE.toMillis(),
                            TimeUnit.MILLISECONDS);
                });
    }

    private boolean judge(PacedReader.@Nullable Result result, @Nullable Throwable failure, long rows) {
        if (failure != null || result == null) {
            return failed(String.valueOf(failure));
        }
        bytes.add(result.bytes());
        if (rows == 0) {
            left.increment();
            return true;
        }
        if (!result.complete() || result.lines() != rows) {
            return failed("a stream with " + result.lines() + " instead of " + rows + " rows");
        }
        complete.increment();
        return true;
    }

    private boolean failed(String what) {
        failures.computeIfAbsent(what, text -> new LongAdder()).increment();
        return false;
    }

    private HttpRequest request() {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(config.url() + path.get())).header("Accept", "application/x-ndjson");
        return (config.token() == null ? request : request.header("Authorization", "Bearer " + config.token())).build();
    }

    private BodyHandler<PacedReader.Result> handler(long pauseMillis, long pieces) {
        return info -> info.statusCode() == 200
                ? new PacedReader(timer, pauseMillis, pieces)
                : BodySubscribers.mapping(BodySubscribers.discarding(), nothing -> {
                    throw new IllegalStateException("status " + info.statusCode());
                });
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "stream-readers");
        thread.setDaemon(true);
        return thread;
    }
}
