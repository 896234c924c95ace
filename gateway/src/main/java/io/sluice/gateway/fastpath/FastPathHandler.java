package io.sluice.gateway.fastpath;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
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
 * One connection's requests: known reads are answered from here, all others by the framework behind. Answers leave in the
 * order of their requests: while either side has one to give, the other side's next request waits. What a client sends
 * meanwhile waits here, and when that is more than a few requests it is not read any more.
 */
final class FastPathHandler extends ChannelDuplexHandler {

    /** Parts of requests; one without a body has two. */
    private static final int MOST_WAITING = 64;

    private final FastReads reads;
    private final Deque<Object> waiting = new ArrayDeque<>(4);

    /** Requests of the framework whose answers have not ended. */
    private int framework;

    private @Nullable FastRead running;
    private @Nullable String client;

    /** Whether the end of a request that is answered here has still to come. */
    private boolean endExpected;

    /** Whether the client has sent so much ahead that it is not read. */
    private boolean stopped;

    FastPathHandler(FastReads reads) {
        this.reads = reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (waiting.isEmpty() && isExpectedEnd(message)) {
            drop(message);
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

    /** Of a request that is answered here, or was. */
    private boolean isExpectedEnd(@Nullable Object message) {
        return endExpected && message instanceof LastHttpContent;
    }

    private void drop(@Nullable Object end) {
        endExpected = false;
        ReferenceCountUtil.release(end);
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
        Match match = framework == 0 ? reads.find(request) : null;
        FastRead read = match == null ? null : FastRead.of(match, request, context, this, reads);
        if (read == null) {
            framework++;
            context.fireChannelRead(message);
            return;
        }
        running = read;
        endExpected = true;
        if (!stopped && !context.channel().config().isAutoRead()) {
            // The framework reads by request; here it costs less to go on reading, and shows when the client leaves.
            context.channel().config().setAutoRead(true);
        }
        read.start();
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

    /** The read has its answer. */
    void answered(ChannelHandlerContext context) {
        running = null;
        goOn(context);
    }

    /** The read cannot be answered from here. */
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
            if (isExpectedEnd(waiting.peek())) {
                drop(waiting.poll());
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
        FastRead read = running;
        running = null;
        if (read != null) {
            read.cancel();
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }
}
