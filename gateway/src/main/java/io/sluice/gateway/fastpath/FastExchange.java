package io.sluice.gateway.fastpath;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A request on its way to its answer. What it waits for comes on any thread; the answer is written on the connection's,
 * on which everything else happens, too.
 */
abstract class FastExchange<T> implements CoreSubscriber<T>, Runnable {

    private static final Logger log = LoggerFactory.getLogger(FastExchange.class);

    private final HttpRequest request;
    private final ChannelHandlerContext context;
    private final FastPathHandler connection;
    private final FastRequests requests;
    private final long since = System.nanoTime();

    private volatile @Nullable Subscription subscription;
    private boolean started;
    private boolean over;
    private @Nullable T found;
    private @Nullable Throwable error;

    FastExchange(
            HttpRequest request, ChannelHandlerContext context, FastPathHandler connection, FastRequests requests) {
        this.request = request;
        this.context = context;
        this.connection = connection;
        this.requests = requests;
    }

    final void start(Mono<? extends T> source) {
        started = true;
        requests.begin();
        source.subscribe(this);
    }

    /** The client has left. */
    final void cancel() {
        Subscription running = subscription;
        if (end() && running != null) {
            running.cancel();
        }
    }

    private boolean end() {
        boolean first = !over;
        over = true;
        if (first && started) {
            requests.end();
        }
        return first;
    }

    @Override
    public final void onSubscribe(Subscription running) {
        subscription = running;
        running.request(1);
    }

    @Override
    public final void onNext(T next) {
        found = next;
    }

    @Override
    public final void onError(Throwable failure) {
        error = failure;
        onComplete();
    }

    @Override
    public final void onComplete() {
        if (context.executor().inEventLoop()) {
            run();
        } else {
            context.executor().execute(this);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // where it cannot be written, the connection has ended
    public final void run() {
        if (over) {
            return;
        }
        try {
            answer(response(found, error, System.nanoTime() - since));
        } catch (RuntimeException e) {
            // Nothing was sent: without an end of the connection its client would wait for ever.
            log.error("{} {} could not be answered", request.method(), request.uri(), e);
            context.close();
        } finally {
            end();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // where it cannot be written, the connection has ended
    private void answer(@Nullable FullHttpResponse response) {
        if (response == null) {
            connection.passOn(context, request);
        } else {
            context.writeAndFlush(response);
            connection.answered(context);
        }
    }

    final ChannelHandlerContext context() {
        return context;
    }

    final FastPathHandler connection() {
        return connection;
    }

    final FastRequests requests() {
        return requests;
    }

    /** What is sent; null where the framework has to answer the request. */
    abstract @Nullable FullHttpResponse response(@Nullable T found, @Nullable Throwable error, long nanos);
}
