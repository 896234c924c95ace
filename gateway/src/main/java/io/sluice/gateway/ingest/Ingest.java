package io.sluice.gateway.ingest;

import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The way of one upload: bytes to batches, batches to the server, results to lines. */
final class Ingest {

    private static final Object TICK = new Object();

    private final RoutingConnectionFactory routing;
    private final IngestSettings settings;

    Ingest(RoutingConnectionFactory routing, IngestSettings settings) {
        this.routing = routing;
        this.settings = settings;
    }

    /**
     * Reads the body as fast as batches are committed and tells each of them. Somebody who does not take the lines
     * misses some, and never holds up the upload; the last line tells the sums.
     *
     * <p>A cancel stops reading and rolls back what is not committed.
     */
    Flux<String> lines(Target target, Loader loader, Contract contract, UploadFormat format, Flux<DataBuffer> body) {
        return Flux.defer(() -> {
            Progress progress = new Progress(contract, settings.errorLimit());
            return results(target, loader, contract, format, body)
                    .doOnDiscard(Batch.class, Batch::release)
                    .concatMapIterable(progress::add)
                    .onBackpressureLatest()
                    .concatWith(Mono.fromCallable(progress::summary))
                    .onErrorResume(error -> Mono.fromCallable(() -> progress.summary(error)));
        });
    }

    private Flux<BatchResult> results(
            Target target, Loader loader, Contract contract, UploadFormat format, Flux<DataBuffer> body) {
        BatchWriter writer = new BatchWriter(routing, loader, contract, settings.errorLimit());
        Flux<Batch> batches = batches(target, format, body);
        if (contract == Contract.ATOMIC) {
            return writer.writeAll(batches)
                    .onErrorResume(BatchWriter.RowsRefused.class, refused -> Mono.just(refused.result()))
                    .flux();
        }
        return batches.flatMapSequential(writer::write, settings.lanes(), 1);
    }

    private Flux<Batch> batches(Target target, UploadFormat format, Flux<DataBuffer> body) {
        return Flux.using(
                () -> Upload.of(format, target, settings),
                upload -> signals(body)
                        .concatMapIterable(signal -> take(upload, signal), 1)
                        .concatWith(Flux.defer(() -> Flux.fromIterable(upload.end())))
                        .doOnDiscard(Batch.class, Batch::release),
                Upload::close);
    }

    /** The buffers of the body, with a tick between them from time to time. */
    private Flux<Object> signals(Flux<DataBuffer> body) {
        Sinks.Empty<Void> ended = Sinks.empty();
        Flux<Object> ticks = Flux.interval(settings.linger())
                .onBackpressureDrop()
                .<Object>map(n -> TICK)
                .takeUntilOther(ended.asMono());
        return Flux.<Object>merge(1, body.doFinally(signal -> ended.tryEmitEmpty()), ticks)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    private static List<Batch> take(Upload upload, Object signal) {
        return signal instanceof DataBuffer buffer ? upload.feed(buffer) : upload.tick();
    }
}
