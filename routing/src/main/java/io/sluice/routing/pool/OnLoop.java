package io.sluice.routing.pool;

import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A subscription to the driver of which subscribing, demand and cancellation all happen on the connection's event loop,
 * where its rows come as well.
 *
 * <p>The driver's bookkeeping is not made for two threads (r2dbc-postgresql 1.1.3): when demand comes from one thread
 * while a row comes on another, the row may be overtaken or the wish for more may go unseen, and the result stands still
 * for ever; when cancellation does, buffers may be freed that are being sent.
 */
final class OnLoop<T> implements CoreSubscriber<T>, Subscription {

    private final CoreSubscriber<? super T> actual;
    private final ConnectionLoop loop;
    private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
    private volatile boolean cancelled;

    private OnLoop(CoreSubscriber<? super T> actual, ConnectionLoop loop) {
        this.actual = actual;
        this.loop = loop;
    }

    static <T> Flux<T> flux(Flux<T> source, ConnectionLoop loop) {
        return new FluxOperator<T, T>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                OnLoop.subscribe(source, actual, loop, () -> {});
            }
        };
    }

    /**
     * Gives {@code actual} its subscription at once and subscribes to {@code source} on the loop, unless it was
     * cancelled before.
     *
     * @param begun run when the source knows of the subscription, or never will
     */
    static <T> void subscribe(
            CorePublisher<? extends T> source, CoreSubscriber<? super T> actual, ConnectionLoop loop, Runnable begun) {
        OnLoop<T> subscription = new OnLoop<>(actual, loop);
        try {
            actual.onSubscribe(subscription);
        } finally {
            loop.run(() -> {
                try {
                    subscription.begin(source);
                } finally {
                    begun.run();
                }
            });
        }
    }

    private void begin(CorePublisher<? extends T> source) {
        if (!cancelled) {
            source.subscribe(this);
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        upstream.set(s);
    }

    @Override
    public void onNext(T element) {
        actual.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        if (!cancelled) {
            actual.onError(error);
        }
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }

    @Override
    public void request(long n) {
        loop.signal(() -> upstream.request(n));
    }

    @Override
    public void cancel() {
        cancelled = true;
        loop.signal(upstream::cancel);
    }
}
