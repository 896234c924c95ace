package io.sluice.gateway.fastpath;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.fastpath.KnownReads.Match;
import io.sluice.gateway.fastpath.ShortRead.ShortAnswer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A read on its way from its request to its answer. The answer comes on any thread and is written on the connection's.
 * An error that is no answer, and a read that has none here, gives the request to the framework.
 */
final class FastRead implements CoreSubscriber<ShortAnswer>, Runnable {

    /** More had better be streamed. */
    private static final int MOST_BYTES = 128 * 1024;

    private final Match match;
    private final Mono<? extends ShortAnswer> source;
    private final HttpRequest request;
    private final ChannelHandlerContext context;
    private final FastPathHandler connection;
    private final FastReads reads;
    private final long since = System.nanoTime();

    private volatile @Nullable Subscription subscription;
    private volatile boolean over;
    private @Nullable ShortAnswer answer;
    private @Nullable Throwable error;

    private FastRead(
            Match match,
            Mono<? extends ShortAnswer> source,
            HttpRequest request,
            ChannelHandlerContext context,
            FastPathHandler connection,
            FastReads reads) {
        this.match = match;
        this.source = source;
        this.request = request;
        this.context = context;
        this.connection = connection;
        this.reads = reads;
    }

    /** The read of a request; null where its value is none. */
    static @Nullable FastRead of(
            Match match,
            HttpRequest request,
            ChannelHandlerContext context,
            FastPathHandler connection,
            FastReads reads) {
        Mono<? extends ShortAnswer> source = match.known().read().read(match.value());
        return source == null ? null : new FastRead(match, source, request, context, connection, reads);
    }

    void start() {
        reads.begin();
        source.subscribe(this);
    }

    /** The client has left. */
    void cancel() {
        if (!over) {
            over = true;
            reads.end();
            Subscription running = subscription;
            if (running != null) {
                running.cancel();
            }
        }
    }

    @Override
    public void onSubscribe(Subscription running) {
        subscription = running;
        running.request(1);
    }

    @Override
    public void onNext(ShortAnswer next) {
        answer = next;
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        onComplete();
    }

    @Override
    public void onComplete() {
        if (context.executor().inEventLoop()) {
            run();
        } else {
            context.executor().execute(this);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // where it cannot be written, the connection has ended
    public void run() {
        if (over) {
            return;
        }
        over = true;
        FullHttpResponse response = response();
        if (response == null) {
            connection.passOn(context, request);
        } else {
            context.writeAndFlush(response);
            connection.answered(context);
        }
        reads.end();
    }

    private @Nullable FullHttpResponse response() {
        ShortAnswer found = answer;
        if (found != null && found.body().length > MOST_BYTES) {
            return null;
        }
        if (found != null) {
            String advice = match.known().read().advice(connection.client(context), match.value());
            reads.answered(System.nanoTime() - since);
            return Answers.of(match, found, advice, context.alloc());
        }
        ErrorAnswer refusal = error == null ? null : reads.refusal(error, System.nanoTime() - since);
        return refusal == null ? null : Answers.of(refusal, context.alloc());
    }
}
