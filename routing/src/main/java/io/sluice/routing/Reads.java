package io.sluice.routing;

import io.sluice.routing.Router.Route;
import io.sluice.routing.Router.Use;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.resilience.Failures;
import io.sluice.routing.resilience.Hedged;
import io.sluice.routing.resilience.Hedging;
import io.sluice.routing.resilience.RetryBudget;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Reads that survive the death of the node they were sent to, as long as nothing was emitted, and that do not wait for
 * a slow one where hedging is on.
 */
final class Reads {

    private final Nodes nodes;
    private final RetryBudget budget;
    private final Hedging hedging;

    Reads(Nodes nodes, RetryBudget budget, Hedging hedging) {
        this.nodes = nodes;
        this.budget = budget;
        this.hedging = hedging;
    }

    <T> Flux<T> read(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return Flux.<T>deferContextual(context -> {
                    Attempt<T> attempt = new Attempt<>(Routing.request(context), work);
                    budget.request();
                    return attempt.run().onErrorResume(attempt::again);
                })
                .contextWrite(Routing.intent(AccessIntent.READ_ONLY));
    }

    private static <T> Flux<T> once(
            Mono<RoutedConnection> connection,
            Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return Flux.usingWhen(connection, work, RoutedConnection::close);
    }

    /** One subscription to a read. */
    private final class Attempt<T> implements Hedged.Listener {

        private final RouteRequest request;
        private final Function<? super RoutedConnection, ? extends Publisher<? extends T>> work;
        private volatile @Nullable String asked;
        private volatile @Nullable String node;
        private volatile @Nullable String hedge;
        private volatile boolean emitted;

        private Attempt(
                RouteRequest request, Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
            this.request = request;
            this.work = work;
        }

        private Flux<T> run() {
            Mono<RoutedConnection> connection =
                    nodes.acquire(request, aim -> asked = aim.node()).doOnNext(acquired -> node = acquired.node());
            Flux<T> first = once(connection, work);
            Duration delay = hedging.delay();
            Flux<T> rows = hedging.enabled()
                    ? new Hedged<>(first, () -> second(delay), delay, Schedulers.parallel(), this)
                    : first;
            return rows.doOnNext(element -> emitted = true);
        }

        /** The same work on a node that could take it at once; null where there is none or hedges are used up. */
        private @Nullable Flux<T> second(@Nullable Duration delay) {
            String slow = asked;
            if (slow == null || delay == null) {
                return null;
            }
            RouteRequest elsewhere = request.excluding(slow);
            Route route = nodes.route(elsewhere);
            if (!(route instanceof Use use) || !use.node().pool().hasRoom() || !hedging.allowed()) {
                return null;
            }
            String other = use.node().node();
            hedge = other;
            nodes.events().publish(new RoutingEvent.ReadHedged(slow, other, delay));
            return nodes.observed()
                    .attempt(RoutingMeters.HEDGE, once(nodes.acquire(elsewhere, route), work), () -> other);
        }

        @Override
        public void answered(long nanos, boolean second) {
            hedging.answered(nanos);
            if (second) {
                nodes.events()
                        .publish(new RoutingEvent.HedgeWon(
                                Objects.requireNonNullElse(asked, ""), Objects.requireNonNullElse(hedge, "")));
            }
        }

        private Flux<T> again(Throwable error) {
            String failed = node;
            if (failed == null
                    || hedge != null
                    || emitted
                    || error instanceof RoutingException
                    || !Failures.anotherNodeMayHelp(error)
                    || !budget.retry()) {
                return Flux.error(error);
            }
            nodes.events().publish(new RoutingEvent.ReadRetried(failed, Failures.reason(error)));
            Mono<RoutedConnection> connection = nodes.acquire(request.excluding(failed), aim -> asked = aim.node());
            return nodes.observed().attempt(RoutingMeters.RETRY, once(connection, work), () -> asked);
        }
    }
}
