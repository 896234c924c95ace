package io.sluice.routing;

import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.resilience.Failures;
import io.sluice.routing.resilience.RetryBudget;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Reads that survive the death of the node they were sent to, as long as nothing was emitted. */
final class Reads {

    private final Nodes nodes;
    private final RetryBudget budget;

    Reads(Nodes nodes, RetryBudget budget) {
        this.nodes = nodes;
        this.budget = budget;
    }

    <T> Flux<T> read(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return Flux.<T>deferContextual(context -> {
                    RouteRequest request = Routing.request(context);
                    Progress progress = new Progress();
                    budget.request();
                    return once(request, work, progress).onErrorResume(error -> again(request, work, progress, error));
                })
                .contextWrite(Routing.intent(AccessIntent.READ_ONLY));
    }

    private <T> Flux<T> once(
            RouteRequest request,
            Function<? super RoutedConnection, ? extends Publisher<? extends T>> work,
            Progress progress) {
        return Flux.<T, RoutedConnection>usingWhen(
                        nodes.acquire(request).doOnNext(progress::begin), work, RoutedConnection::close)
                .doOnNext(element -> progress.emitted = true);
    }

    private <T> Flux<T> again(
            RouteRequest request,
            Function<? super RoutedConnection, ? extends Publisher<? extends T>> work,
            Progress progress,
            Throwable error) {
        String failed = progress.node;
        if (failed == null
                || progress.emitted
                || error instanceof RoutingException
                || !Failures.anotherNodeMayHelp(error)
                || !budget.retry()) {
            return Flux.error(error);
        }
        nodes.events().publish(new RoutingEvent.ReadRetried(failed, Failures.reason(error)));
        return once(request.excluding(failed), work, new Progress());
    }

    private static final class Progress {

        private @Nullable String node;
        private boolean emitted;

        private void begin(RoutedConnection connection) {
            node = connection.node();
        }
    }
}
