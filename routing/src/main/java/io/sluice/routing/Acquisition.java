package io.sluice.routing;

import io.sluice.routing.Router.NoRoute;
import io.sluice.routing.Router.Route;
import io.sluice.routing.Router.Use;
import io.sluice.routing.Router.UseWhenReplayed;
import io.sluice.routing.resilience.Failures;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquirePendingLimitException;

/**
 * One attempt to get a connection: choose a node, ask its pool, choose another where that fails.
 *
 * <p>A read moves on to the next node. A write waits until there is a primary: nothing was sent yet, so waiting is
 * always safe. The time limit is set by the caller.
 */
final class Acquisition {

    /** A server that has no connection left for us: one of our own may come back meanwhile. */
    private static final Duration FULL_PAUSE = Duration.ofMillis(50);

    private final Nodes nodes;
    private final AccessIntent intent;
    private final Consumer<? super Node> aim;
    private @Nullable Node waitingFor;
    private @Nullable Throwable lastFailure;

    Acquisition(Nodes nodes, RouteRequest request, Consumer<? super Node> aim) {
        this.nodes = nodes;
        this.aim = aim;
        this.intent = request.intent();
    }

    Mono<RoutedConnection> attempt(RouteRequest request) {
        return follow(nodes.route(request), request);
    }

    Mono<RoutedConnection> follow(Route route, RouteRequest request) {
        if (route instanceof Use use) {
            return lease(use.node(), request);
        }
        if (route instanceof UseWhenReplayed wait) {
            return leaseWhenReplayed(wait, request);
        }
        return lastFailure != null
                        && intent == AccessIntent.READ_ONLY
                        && !request.excluded().isEmpty()
                ? afterAllFailed(request)
                : awaitRoute(request);
    }

    private Mono<RoutedConnection> lease(Node node, RouteRequest request) {
        waitingFor = node;
        aim.accept(node);
        boolean primary = nodes.isPrimary(node);
        Mono<RoutedConnection> lease = node.pool().acquire().map(pooled -> new Lease(pooled, node, primary, nodes));
        return (request.intent() == AccessIntent.READ_ONLY ? nodes.limited(lease, node) : lease)
                .onErrorResume(error -> failed(node, request, error));
    }

    private Mono<RoutedConnection> leaseWhenReplayed(UseWhenReplayed wait, RouteRequest request) {
        return nodes.awaitReplay(wait.node(), wait.token()).flatMap(replayed -> {
            if (replayed) {
                return lease(wait.node(), request);
            }
            return attempt(request.toPrimary());
        });
    }

    private Mono<RoutedConnection> failed(Node node, RouteRequest request, Throwable error) {
        lastFailure = error;
        if (error instanceof PoolAcquirePendingLimitException) {
            lastFailure = new PoolExhaustedException(node.node(), node.pool().state(), error);
        } else if (Failures.nodeIsUnavailable(error)) {
            node.refused(error);
        } else if (!Failures.anotherNodeMayHelp(error)) {
            return Mono.error(error);
        }
        if (request.intent() == AccessIntent.READ_ONLY) {
            return attempt(request.excluding(node.node()));
        }
        if (Failures.full(error) && node.pool().state().acquired() > 0) {
            return Mono.delay(FULL_PAUSE).then(Mono.defer(() -> attempt(request)));
        }
        return Failures.nodeIsUnavailable(error) ? attempt(request) : Mono.error(lastFailure);
    }

    /** Every node that could have served this read has failed it: begin anew when the picture changes. */
    private Mono<RoutedConnection> afterAllFailed(RouteRequest request) {
        Throwable failure = Objects.requireNonNull(lastFailure);
        if (failure instanceof TimeoutException) {
            return attempt(request.excludingNobody());
        }
        if (!Failures.nodeIsUnavailable(failure)) {
            return Mono.error(failure);
        }
        return awaitRoute(request.excludingNobody());
    }

    private Mono<RoutedConnection> awaitRoute(RouteRequest request) {
        waitingFor = null;
        return nodes.awaitChange(state -> !(nodes.route(request) instanceof NoRoute), lastFailure)
                .then(Mono.defer(() -> attempt(request)));
    }

    AcquireTimeoutException timedOut(Duration limit) {
        Node node = waitingFor;
        if (node != null) {
            return new AcquireTimeoutException(
                    "a connection to " + node.node(),
                    limit,
                    node.node(),
                    node.pool().state(),
                    lastFailure);
        }
        String wanted = intent == AccessIntent.READ_WRITE ? "a primary" : "a node to read from";
        return new AcquireTimeoutException(wanted + " among " + nodes.describe(), limit, null, null, lastFailure);
    }
}
