package io.sluice.routing;

import io.sluice.routing.observe.Outcome;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.observe.RoutingObserver;
import io.sluice.routing.observe.RoutingObserver.Running;
import io.sluice.routing.resilience.Failures;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tells a {@link RoutingObserver} of publishers that it wants to follow. Without one they stay as they are. */
final class Observed {

    private final RoutingObserver observer;
    private final boolean nobody;

    Observed(RoutingObserver observer) {
        this.observer = observer;
        this.nobody = observer.equals(RoutingObserver.NONE);
    }

    /** A connection that is being acquired. */
    Mono<RoutedConnection> acquire(Mono<RoutedConnection> connection) {
        return mono(RoutingMeters.ACQUIRE, connection, RoutedConnection::node, acquired -> Outcome.OK);
    }

    /** A wait for a replica, which ends with whether it was worth it. */
    Mono<Boolean> tokenWait(String node, Mono<Boolean> replayed) {
        return mono(
                RoutingMeters.TOKEN_WAIT, replayed, reached -> node, reached -> reached ? Outcome.OK : Outcome.TIMEOUT);
    }

    private <T> Mono<T> mono(
            RoutingMeters meter, Mono<T> source, Function<T, String> node, Function<T, Outcome> outcome) {
        if (nobody) {
            return source;
        }
        return Mono.deferContextual(context -> {
            Running running = observer.begin(meter, context);
            return source.doOnNext(value -> running.end(node.apply(value), outcome.apply(value), null))
                    .doOnError(error -> running.end(node(error), outcome(error), error))
                    .doOnCancel(() -> running.end(null, Outcome.CANCELLED, null));
        });
    }

    /** A second attempt at a read, until it speaks; {@code node} is asked when that is over. */
    <T> Flux<T> attempt(RoutingMeters meter, Flux<T> rows, Supplier<@Nullable String> node) {
        if (nobody) {
            return rows;
        }
        return Flux.deferContextual(context -> {
            Running running = observer.begin(meter, context);
            return rows.doOnNext(row -> running.end(node.get(), Outcome.OK, null))
                    .doOnComplete(() -> running.end(node.get(), Outcome.OK, null))
                    .doOnError(error -> running.end(node.get(), outcome(error), error))
                    .doOnCancel(() -> running.end(node.get(), Outcome.CANCELLED, null));
        });
    }

    private static @Nullable String node(Throwable error) {
        return error instanceof RoutingException refused ? refused.node() : null;
    }

    private static Outcome outcome(Throwable error) {
        if (error instanceof AcquireTimeoutException || error instanceof TimeoutException) {
            return Outcome.TIMEOUT;
        }
        if (error instanceof PoolExhaustedException) {
            return Outcome.EXHAUSTED;
        }
        boolean unavailable = error instanceof NoNodeAvailableException || Failures.nodeIsUnavailable(error);
        return unavailable ? Outcome.UNAVAILABLE : Outcome.ERROR;
    }
}
