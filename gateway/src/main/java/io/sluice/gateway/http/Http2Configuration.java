package io.sluice.gateway.http;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import reactor.netty.http.server.HttpServer;

/** How HTTP/2 is spoken, where {@code server.http2.enabled} lets it. */
@Configuration(proxyBeanMethods = false)
class Http2Configuration {

    /** Netty's own default is no limit at all. */
    private static final long STREAMS_PER_CONNECTION = 256;

    private static final DataSize USUAL_LINE = DataSize.ofKilobytes(4);

    /** Comes last: the settings of HTTP/2 are made as a whole. */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> http2(
            ServerProperties http, NettyServerProperties netty) {
        return factory -> {
            if (http.getHttp2().isEnabled()) {
                long headers = http.getMaxHttpRequestHeaderSize().toBytes() + line(netty);
                factory.addServerCustomizers(server -> customized(server, headers));
            }
        };
    }

    /** Where HTTP/1.1 has a request line, HTTP/2 has a header more. */
    private static long line(NettyServerProperties netty) {
        DataSize line = netty.getMaxInitialLineLength();
        return line == null ? USUAL_LINE.toBytes() : line.toBytes();
    }

    private static HttpServer customized(HttpServer server, long headers) {
        return server.http2Settings(
                        settings -> settings.maxHeaderListSize(headers).maxConcurrentStreams(STREAMS_PER_CONNECTION))
                .doOnChannelInit((observer, channel, address) -> UpgradeOffers.install(channel.pipeline()));
    }
}
