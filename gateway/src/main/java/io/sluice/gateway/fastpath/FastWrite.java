package io.sluice.gateway.fastpath;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.sluice.gateway.fastpath.ShortWrite.WriteAnswer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A write whose body comes in pieces. Once it has begun there is one answer to it: nobody else may try it again. */
final class FastWrite extends FastExchange<WriteAnswer> {

    private static final int MOST_BYTES = 16 * 1024;
    private static final AsciiString JSON = AsciiString.cached("application/json");

    private final ShortWrite write;
    private final byte[] body;
    private int length;

    private FastWrite(
            ShortWrite write,
            int length,
            HttpRequest request,
            ChannelHandlerContext context,
            FastPathHandler connection,
            FastRequests requests) {
        super(request, context, connection, requests);
        this.write = write;
        this.body = new byte[length];
    }

    /** The write of a request that says how long its body is, and nothing else about its answer; null for others. */
    static @Nullable FastWrite of(
            HttpRequest request, ChannelHandlerContext context, FastPathHandler connection, FastRequests requests) {
        ShortWrite write = HttpMethod.POST.equals(request.method()) ? requests.write(request.uri()) : null;
        if (write == null
                || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                || !request.decoderResult().isSuccess()) {
            return null;
        }
        HttpHeaders headers = request.headers();
        int length = headers.getInt(HttpHeaderNames.CONTENT_LENGTH, 0);
        boolean plain = length > 0
                && length <= MOST_BYTES
                && AsciiString.contentEqualsIgnoreCase(JSON, headers.get(HttpHeaderNames.CONTENT_TYPE))
                && !TellingHeaders.anyOfWrite(headers);
        return plain ? new FastWrite(write, length, request, context, connection, requests) : null;
    }

    /** Takes a piece of the body, which is not released here. */
    void take(HttpContent piece) {
        ByteBuf bytes = piece.content();
        int more = bytes.readableBytes();
        bytes.getBytes(bytes.readerIndex(), body, length, more);
        length += more;
    }

    void start() {
        start(Mono.defer(() -> write.write(body)));
    }

    @Override
    FullHttpResponse response(@Nullable WriteAnswer found, @Nullable Throwable error, long nanos) {
        if (found != null) {
            requests().written(write, found.status(), nanos);
            return Answers.of(found, context().alloc());
        }
        Throwable failure = error == null ? new IllegalStateException("There is no answer") : error;
        return Answers.ofWrite(
                requests().failedWrite(write, failure, nanos), context().alloc());
    }
}
