package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The way of one upload: bytes to batches, batches to the server, results to lines. */
final class Ingest {

    private static final Object TICK = new Object();

    /** Several lanes may end at once: their lines wait for a client that reads. */
    private static final int LINES_KEPT = 64;

    private final RoutingConnectionFactory routing;
    private final IngestSettings settings;
    private final AtomicInteger running = new AtomicInteger();
    private final Budget budget;

    Ingest(RoutingConnectionFactory routing, IngestSettings settings) {
        this(routing, settings, new Budget(settings.totalBytes()));
    }

    Ingest(RoutingConnectionFactory routing, IngestSettings settings, Budget budget) {
        this.routing = routing;
        this.settings = settings;
        this.budget = budget;
    }

    /**
     * One upload.
     *
     * @param bookmark keeps how far it has come, null for an upload that cannot be resumed
     */
    record Order(
            Target target,
            Loader loader,
            Contract contract,
            UploadFormat format,
            @Nullable Bookmark bookmark) {}

    /**
     * Reads the body as fast as batches are committed and tells each of them. Somebody who does not take the lines
     * misses the older ones, and never holds up the upload; the last line tells the sums. {@code told} knows more than
     * the lines from the first of them on.
     *
     * <p>A cancel stops reading and rolls back what is not committed.
     */
    Flux<String> lines(Order order, Flux<DataBuffer> body, Told told) {
        return Flux.using(
                this::enter,
                entered -> skipped(order).flatMapMany(skipped -> lines(order, body, skipped, told)),
                entered -> running.decrementAndGet());
    }

    /** More uploads at a time than the memory is meant for are refused before anything of them is read. */
    private boolean enter() {
        if (budget.isFull()) {
            throw overloaded(budget.taken() + " bytes of uploads are on their way to the server");
        }
        if (running.incrementAndGet() > settings.maxUploads()) {
            running.decrementAndGet();
            throw overloaded(settings.maxUploads() + " uploads are running");
        }
        return true;
    }

    private static ApiException overloaded(String why) {
        return new ApiException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "SLUICE205",
                why + ", more are not taken",
                null,
                "Try again after the seconds that Retry-After names.");
    }

    private Mono<Long> skipped(Order order) {
        Bookmark bookmark = order.bookmark();
        return bookmark == null ? Mono.just(0L) : bookmark.rows(routing);
    }

    private Flux<String> lines(Order order, Flux<DataBuffer> body, long skipped, Told told) {
        Progress progress = new Progress(order.contract(), settings.errorLimit(), skipped, told, System::nanoTime);
        return Flux.using(
                        () -> new Unwritten(budget),
                        unwritten -> results(order, body, skipped, told, unwritten),
                        Unwritten::close)
                .concatMapIterable(progress::add)
                .onBackpressureBuffer(LINES_KEPT, BufferOverflowStrategy.DROP_OLDEST)
                .concatWith(Mono.fromCallable(progress::summary))
                .onErrorResume(error -> Mono.fromCallable(() -> progress.summary(error)));
    }

    private Flux<BatchResult> results(
            Order order, Flux<DataBuffer> body, long skipped, Told told, Unwritten unwritten) {
        BatchWriter writer = new BatchWriter(
                routing, order.loader(), order.contract(), settings.errorLimit(), order.bookmark(), told);
        Flux<Batch> batches = batches(order, body, skipped, unwritten);
        if (order.contract() == Contract.ATOMIC) {
            return writer.writeAll(batches, unwritten)
                    .onErrorResume(BatchWriter.RowsRefused.class, refused -> Mono.just(refused.result()))
                    .flux();
        }
        int lanes = order.bookmark() == null ? settings.lanes() : 1;
        return batches.flatMapSequential(batch -> unwritten.write(batch, writer::write), lanes, 1);
    }

    private Flux<Batch> batches(Order order, Flux<DataBuffer> body, long skipped, Unwritten unwritten) {
        return Flux.using(
                () -> Upload.of(order.format(), order.target(), settings, skipped),
                upload -> signals(body)
                        .concatMap(signal -> next(upload, signal, unwritten), 1)
                        .concatWith(Flux.defer(() -> Flux.fromIterable(unwritten.add(upload.end()))))
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release),
                Upload::close);
    }

    /** The buffers of the body, with a tick between them from time to time. */
    private Flux<Object> signals(Flux<DataBuffer> body) {
        Sinks.Empty<Void> ended = Sinks.empty();
        Flux<Object> ticks = Flux.interval(settings.linger())
                .onBackpressureDrop()
                .<Object>map(n -> TICK)
                .takeUntilOther(ended.asMono());
        return Flux.<Object>merge(1, body.doFinally(signal -> ended.tryEmitEmpty()), ticks);
    }

    /** Never throws: the buffer has been released by then, and an operator would release it again. */
    private Flux<Batch> next(Upload upload, Object signal, Unwritten unwritten) {
        try {
            return thenRoom(unwritten.add(take(upload, signal)));
        } catch (RuntimeException refusal) {
            return Flux.error(refusal);
        }
    }

    /** Where too much is on its way, nothing more is asked of the body: its sender waits. */
    private Flux<Batch> thenRoom(List<Batch> batches) {
        Flux<Batch> taken = Flux.fromIterable(batches);
        return budget.isFull() ? taken.concatWith(budget.room().then(Mono.empty())) : taken;
    }

    private static List<Batch> take(Upload upload, Object signal) {
        return signal instanceof DataBuffer buffer ? upload.feed(buffer) : upload.tick();
    }
}
