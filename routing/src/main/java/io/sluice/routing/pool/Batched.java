package io.sluice.routing.pool;

import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;

/** A conversation of the driver's that is a batch. */
final class Batched {

    private Batched() {}

    /**
     * {@code placeholder}, in whose place the batch is sent. Fails where others are under way on the same connection: the
     * driver could be waiting for their answers. To be subscribed to on the connection's loop.
     */
    static <T> Flux<T> flux(
            Flux<T> placeholder, WireBatch batch, WireAnswer answer, RowDiversion diversion, InFlight inFlight) {
        return new FluxOperator<T, T>(placeholder) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Watch<?> watch = inFlight.only();
                if (watch == null) {
                    Operators.error(
                            actual, new IllegalStateException("a batch needs a connection on which nothing else runs"));
                    return;
                }
                BatchTaker taker = new BatchTaker(batch, answer, diversion.prepared(), watch);
                diversion.begin(taker);
                placeholder
                        .concatWith(Flux.defer(() -> failure(taker)))
                        .doOnTerminate(() -> diversion.end(taker))
                        .subscribe(actual);
            }
        };
    }

    private static <T> Flux<T> failure(BatchTaker taker) {
        Throwable failure = taker.failure();
        return failure == null ? Flux.empty() : Flux.error(failure);
    }
}
