package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import reactor.netty.NettyPipeline;

/** Over TLS the protocol, and with it the decoder, is chosen by the handshake: what stands behind that comes after it. */
public final class AfterHandshake extends ChannelInboundHandlerAdapter {

    private final Consumer<Channel> install;

    private AfterHandshake(Consumer<Channel> install) {
        this.install = install;
    }

    /** Runs {@code install} when the protocol of a connection whose pipeline chooses one is chosen. */
    public static void then(ChannelPipeline pipeline, String name, Consumer<Channel> install) {
        pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, name, new AfterHandshake(install));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            context.pipeline().remove(this);
            install.accept(context.channel());
        }
        context.fireUserEventTriggered(event);
    }
}
