package io.sluice.transactions.tx;

import io.sluice.routing.AccessIntent;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** All runs of one transaction: made for each subscription, because its deadline starts with it. */
final class Execution {

    private final RoutingConnectionFactory connections;
    private final TxListener listener;
    private final Scheduler timer;
    private final TxSpec spec;
    private final boolean traced;
    private final Deadline deadline;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicBoolean emitted = new AtomicBoolean();

    Execution(RoutingConnectionFactory connections, TxListener listener, Scheduler timer, TxSpec spec, boolean traced) {
        this.connections = connections;
        this.listener = listener;
        this.timer = timer;
        this.spec = spec;
        this.traced = traced;
        this.deadline = Deadline.in(spec.deadline(), timer);
    }

    /** Runs {@code work} in a transaction, again where that may help. The work begins the transaction itself. */
    <T> Flux<T> stream(Function<Attempt, Publisher<T>> work) {
        return retried(attempt -> inTransaction(attempt, work));
    }

    /** As {@link #stream}, for one result that is given after the commit. */
    <T> Mono<Committed<T>> committed(Function<Attempt, Publisher<T>> work) {
        return retried(attempt -> inTransaction(attempt, work).single().map(attempt::committed))
                .single();
    }

    private <R> Flux<R> retried(Function<Attempt, Publisher<R>> run) {
        return Flux.defer(() -> onConnection(run))
                .doOnNext(result -> emitted.set(true))
                .retryWhen(Retry.from(failures -> failures.concatMap(failure -> pauseOrFail(failure.failure()))))
                .doOnComplete(() -> listener.on(new TxEvent.Committed(attempts.get(), deadline.elapsed())));
    }

    private <R> Flux<R> onConnection(Function<Attempt, Publisher<R>> run) {
        int number = attempts.incrementAndGet();
        Mono<RoutedConnection> connection =
                deadline.limit(connections.create(), number).single();
        AccessIntent intent = spec.readOnly() ? AccessIntent.READ_ONLY : AccessIntent.READ_WRITE;
        return Flux.usingWhen(
                        connection,
                        leased -> run.apply(new Attempt(leased, spec, deadline, traced)),
                        RoutedConnection::close)
                .contextWrite(Routing.intent(intent));
    }

    private <T> Flux<T> inTransaction(Attempt attempt, Function<Attempt, Publisher<T>> work) {
        return Flux.usingWhen(
                        Mono.just(attempt),
                        begun -> deadline.limit(inside(begun, work), attempts.get()),
                        Attempt::commit,
                        Attempt::rollback,
                        cancelled -> Attempt.leaveToRelease())
                .onErrorMap(Execution::ofTheCommit);
    }

    /** Reactor wraps an error of the commit as if it were one of a clean-up. */
    private static Throwable ofTheCommit(Throwable error) {
        Throwable cause = error.getCause();
        boolean wrapped = error.getClass() == RuntimeException.class
                && cause != null
                && String.valueOf(error.getMessage()).startsWith("Async resource cleanup failed");
        return wrapped && cause != null ? cause : error;
    }

    private <T> Flux<T> inside(Attempt attempt, Function<Attempt, Publisher<T>> work) {
        TxContext.Active active = new TxContext.Active(spec, attempt.connection(), new AtomicInteger());
        return Flux.from(work.apply(attempt)).contextWrite(TxContext.entering(active, connections));
    }

    private Mono<Long> pauseOrFail(Throwable failure) {
        if (failure instanceof UnknownOutcomeException unknown) {
            listener.on(new TxEvent.OutcomeUnknown(unknown.node()));
            return Mono.error(failure);
        }
        SqlStateClass reason = SqlStateClass.of(failure);
        int failed = attempts.get();
        Duration pause = spec.retry().pauseAfter(failed);
        boolean again =
                reason.mayBeRetried() && !emitted.get() && failed < spec.retry().attempts() && deadline.leaves(pause);
        if (!again) {
            listener.on(new TxEvent.Failed(reason, failed));
            return Mono.error(failure);
        }
        listener.on(new TxEvent.Retried(reason, failed));
        return Mono.delay(pause, timer);
    }
}
