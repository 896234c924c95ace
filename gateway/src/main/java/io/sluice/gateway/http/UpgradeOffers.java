package io.sluice.gateway.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpUtil;

/**
 * Decides about offers to go over from HTTP/1.1 to HTTP/2.
 *
 * <p>A request with a body is answered in HTTP/1.1: the change would need the whole body in memory first, so Netty
 * refuses it with 413; but Java's HttpClient makes the offer with its first request, whatever that is. A connection with
 * a request that makes no offer stays what it is, and costs what it would without HTTP/2.
 */
@Sharable
final class UpgradeOffers extends ChannelInboundHandlerAdapter {

    private static final UpgradeOffers INSTANCE = new UpgradeOffers();

    private UpgradeOffers() {}

    static void install(ChannelPipeline pipeline) {
        ChannelHandlerContext upgrade = pipeline.context(HttpServerUpgradeHandler.class);
        if (upgrade != null) {
            pipeline.addBefore(upgrade.name(), null, INSTANCE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (!request.headers().contains(HttpHeaderNames.UPGRADE)) {
                stay(context.pipeline());
            } else if (hasBody(request)) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
            }
        }
        context.fireChannelRead(message);
    }

    private void stay(ChannelPipeline pipeline) {
        pipeline.remove(HttpServerUpgradeHandler.class);
        pipeline.remove(this);
    }

    private static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request)
                || !"0".equals(request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0"));
    }
}
