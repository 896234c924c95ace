package io.sluice.gateway.fastpath;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.fastpath.KnownReads.Match;
import io.sluice.gateway.fastpath.ShortRead.ShortAnswer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A known read. One that has no short answer, and an error that another way may not meet, are left to the framework. */
final class FastRead extends FastExchange<ShortAnswer> {

    private final Match match;
    private final Mono<? extends ShortAnswer> source;

    private FastRead(
            Match match,
            Mono<? extends ShortAnswer> source,
            HttpRequest request,
            ChannelHandlerContext context,
            FastPathHandler connection,
            FastRequests requests) {
        super(request, context, connection, requests);
        this.match = match;
        this.source = source;
    }

    /** The read of a request; null where its value is none. */
    static @Nullable FastRead of(
            Match match,
            HttpRequest request,
            ChannelHandlerContext context,
            FastPathHandler connection,
            FastRequests requests) {
        Mono<? extends ShortAnswer> source = match.known().read().read(match.value());
        return source == null ? null : new FastRead(match, source, request, context, connection, requests);
    }

    void start() {
        start(source);
    }

    @Override
    @Nullable
    FullHttpResponse response(@Nullable ShortAnswer found, @Nullable Throwable error, long nanos) {
        if (found != null) {
            String advice = match.known().read().advice(connection().client(context()), match.value());
            requests().read(nanos);
            return Answers.of(match, found, advice, context().alloc());
        }
        ErrorAnswer refusal = error == null ? null : requests().refusedRead(error, nanos);
        return refusal == null ? null : Answers.ofRead(refusal, context().alloc());
    }
}
