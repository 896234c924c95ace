package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class UnwrittenTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Budget budget = new Budget(1);
    private final Unwritten unwritten = new Unwritten(budget);
    private final Upload upload = UploadedRows.upload(UploadedRows.target());

    @AfterEach
    void close() {
        upload.close();
    }

    @Test
    void aBatchThatNobodyTookIsReleasedWhenTheUploadIsOver() {
        unwritten.add(List.of(batch()));
        assertThat(budget.isFull()).isTrue();

        unwritten.close();

        assertThat(budget.taken()).isZero();
    }

    @Test
    void oneThatIsWrittenIsItsWritersToRelease() {
        Batch batch = batch();
        unwritten.add(List.of(batch));

        Mono<BatchResult> written =
                unwritten.write(batch, taken -> Mono.<BatchResult>never().doFinally(signal -> taken.release()));
        StepVerifier.create(written)
                .then(unwritten::close)
                .then(() -> assertThat(budget.isFull()).isTrue())
                .thenCancel()
                .verify(LIMIT);

        assertThat(budget.taken()).isZero();
    }

    @Test
    void oneThatComesTooLateIsReleasedAndNotWritten() {
        Batch batch = batch();
        unwritten.close();
        unwritten.add(List.of(batch));
        assertThat(budget.taken()).isZero();

        StepVerifier.create(unwritten.write(batch, taken -> Mono.error(new AssertionError("written"))))
                .expectComplete()
                .verify(LIMIT);
    }

    /** A hook for what is discarded does not hear of such a one. */
    @Test
    void oneThatIsDroppedByAnOperatorThatWasCancelledIsReleased() {
        Batch batch = batch();
        Sinks.Many<Batch> batches = Sinks.many().unicast().onBackpressureBuffer();
        AtomicReference<Disposable> running = new AtomicReference<>();
        Flux<BatchResult> results = Flux.using(
                () -> unwritten,
                all -> batches.asFlux().flatMapSequential(cut -> {
                    running.get().dispose();
                    return all.write(cut, taken -> Mono.error(new AssertionError("written")));
                }),
                Unwritten::close);
        running.set(results.subscribe(result -> {}, error -> {}));

        batches.tryEmitNext(unwritten.add(List.of(batch)).get(0)).orThrow();

        assertThat(budget.taken()).isZero();
    }

    private Batch batch() {
        upload.feed(DefaultDataBufferFactory.sharedInstance.wrap(UploadedRows.ndjson(3)))
                .forEach(Batch::release);
        return upload.end().get(0);
    }
}
