package io.sluice.gateway.fastpath;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.fastpath.KnownReads.Match;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One connection's requests: those that are known are answered from here, all others by the framework behind. Answers
 * leave in the order of their requests: while either side has one to give, the other side's next request waits. What a
 * client sends meanwhile waits here, and when that is more than a few requests it is not read any more.
 */
final class FastPathHandler extends ChannelDuplexHandler {

    /** Parts of requests; one without a body has two. */
    private static final int MOST_WAITING = 64;

    private final FastRequests requests;
    private final Deque<Object> waiting = new ArrayDeque<>(4);

    /** Requests of the framework whose answers have not ended. */
    private int framework;

    private @Nullable FastExchange<?> running;
    private @Nullable String client;

    /** What is posted, while its body comes. */
    private @Nullable FastWrite collecting;

    /** Whether the end of a request that is answered here has still to come. */
    private boolean endExpected;

    /** Whether the client has sent so much ahead that it is not read. */
    private boolean stopped;

    FastPathHandler(FastRequests requests) {
        this.requests = requests;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (waiting.isEmpty() && isOfRunning(message)) {
            takeContent(context, (HttpContent) message);
        } else if (mustWait(context)) {
            waiting.add(message);
            if (waiting.size() > MOST_WAITING && !stopped) {
                stopped = true;
                context.channel().config().setAutoRead(false);
            }
        } else {
            take(context, message);
        }
    }

    /** What follows the request that is answered here. */
    private boolean isOfRunning(@Nullable Object message) {
        return endExpected && message instanceof HttpContent;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it closes, now or when it can
    private void takeContent(ChannelHandlerContext context, HttpContent content) {
        FastWrite write = collecting;
        if (content.decoderResult().isFailure()) {
            context.close();
        } else if (write != null) {
            write.take(content);
        }
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last) {
            endExpected = false;
            collecting = null;
        }
        if (last && write != null) {
            write.start();
        }
    }

    /** Also while the client does not take what it has been sent. */
    private boolean mustWait(ChannelHandlerContext context) {
        return running != null
                || !waiting.isEmpty()
                || (framework == 0 && !context.channel().isWritable());
    }

    private void take(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpRequest request)) {
            context.fireChannelRead(message);
            return;
        }
        FastRead read = framework == 0 ? read(context, request) : null;
        FastWrite write = framework == 0 && read == null ? FastWrite.of(request, context, this, requests) : null;
        if (read == null && write == null) {
            framework++;
            context.fireChannelRead(message);
            return;
        }
        endExpected = true;
        if (!stopped && !context.channel().config().isAutoRead()) {
            // The framework reads by request; here it costs less to go on reading, and shows when the client leaves.
            context.channel().config().setAutoRead(true);
        }
        running = read == null ? write : read;
        collecting = write;
        if (read != null) {
            read.start();
        }
    }

    private @Nullable FastRead read(ChannelHandlerContext context, HttpRequest request) {
        Match match = requests.find(request);
        return match == null ? null : FastRead.of(match, request, context, this, requests);
    }

    /** The address of the client, without its port. */
    String client(ChannelHandlerContext context) {
        String known = client;
        if (known == null) {
            InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
            known = remote == null ? "" : remote.getAddress().getHostAddress();
            client = known;
        }
        return known;
    }

    /** The request has its answer. */
    void answered(ChannelHandlerContext context) {
        running = null;
        goOn(context);
    }

    /** The request cannot be answered from here. */
    void passOn(ChannelHandlerContext context, HttpRequest request) {
        running = null;
        framework++;
        context.fireChannelRead(request);
        if (endExpected) {
            endExpected = false;
        } else {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        goOn(context);
    }

    private void goOn(ChannelHandlerContext context) {
        while (!waiting.isEmpty()) {
            if (isOfRunning(waiting.peek())) {
                takeContent(context, (HttpContent) waiting.remove());
            } else if (running == null && (framework > 0 || context.channel().isWritable())) {
                take(context, waiting.poll());
            } else {
                break;
            }
        }
        if (stopped && waiting.isEmpty()) {
            stopped = false;
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        goOn(context);
        context.fireChannelWritabilityChanged();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise, whose owner looks at it
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (framework > 0 && message instanceof LastHttpContent && !isInformational(message)) {
            framework--;
        }
        context.write(message, promise);
    }

    private static boolean isInformational(Object message) {
        return message instanceof FullHttpResponse
                && ((HttpResponse) message).status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
    }

    private void leave() {
        FastExchange<?> left = running;
        running = null;
        collecting = null;
        if (left != null) {
            left.cancel();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }
}
