package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Escapes characters in a request's URI that should have come escaped, or mean something to Spring (a semicolon):
 * {@code select=data->>key}, {@code name=eq."a b"}. Every HTTP client on a command line sends them as they are typed, and Spring would refuse them without a word.
 */
@Component
final class TolerantUris implements NettyServerCustomizer {

    private static final String NAME = "sluice.uri";
    private static final String ALLOWED = "-._~:/?#@!$&'()*+,;=";
    private static final String ALLOWED_IN_QUERY = "[]";
    private static final String HEX = "0123456789ABCDEF";

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) -> install(channel));
    }

    /** Behind whatever decodes requests. Over TLS the protocol, and with it the decoder, is chosen by the handshake. */
    private static void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, NAME, Escaping.INSTANCE);
        } else if (pipeline.get(NettyPipeline.H2MultiplexHandler) != null) {
            pipeline.addBefore(NettyPipeline.H2MultiplexHandler, NAME, Escaping.INSTANCE);
        } else if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            AfterHandshake.then(pipeline, NAME + ".install", TolerantUris::install);
        }
    }

    /** The URI with what must be escaped escaped; the same object where nothing has to be. */
    static String escaped(String uri) {
        int query = uri.indexOf('?');
        int i = 0;
        while (i < uri.length() && isAllowed(uri, i, query)) {
            i++;
        }
        if (i == uri.length()) {
            return uri;
        }
        StringBuilder escaped = new StringBuilder(uri.length() + 16).append(uri, 0, i);
        for (; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (isAllowed(uri, i, query)) {
                escaped.append(c);
            } else {
                // Netty reads the request line byte by byte, so that a character stands for one byte.
                escaped.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            }
        }
        return escaped.toString();
    }

    private static boolean isAllowed(String uri, int index, int query) {
        char c = uri.charAt(index);
        if (c == '%') {
            return isHex(uri, index + 1) && isHex(uri, index + 2);
        }
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (ALLOWED.indexOf(c) >= 0 && (c != ';' || (query >= 0 && index > query)))
                || (query >= 0 && index > query && ALLOWED_IN_QUERY.indexOf(c) >= 0);
    }

    private static boolean isHex(String uri, int index) {
        return index < uri.length() && Character.digit(uri.charAt(index), 16) >= 0;
    }

    @Sharable
    private static final class Escaping extends ChannelInboundHandlerAdapter {

        private static final Escaping INSTANCE = new Escaping();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                String escaped = escaped(request.uri());
                if (!escaped.equals(request.uri())) {
                    request.setUri(escaped);
                }
            } else if (message instanceof Http2HeadersFrame frame
                    && frame.headers().path() != null) {
                String path = frame.headers().path().toString();
                String escaped = escaped(path);
                if (!escaped.equals(path)) {
                    frame.headers().path(escaped);
                }
            }
            context.fireChannelRead(message);
        }
    }
}
