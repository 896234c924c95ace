package io.sluice.gateway.fastpath;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.sluice.gateway.http.AfterHandshake;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts the fast path into connections that speak HTTP/1.1, in front of the framework. Not where something there has to see
 * every request: an access log, compression, a limit of requests or of idle time.
 *
 * <p>Stops before the server does: what is on its way is answered, what comes then is the framework's to refuse.
 */
@Component
@ConditionalOnProperty(name = "sluice.rest.fast-path", havingValue = "true", matchIfMissing = true)
final class FastPath implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, SmartLifecycle {

    private static final String NAME = "sluice.fast";

    private final KnownReads known;
    private final FastRequests requests;
    private final ObjectProvider<ShortWrite> writes;
    private final boolean fits;
    private volatile boolean running;

    FastPath(
            KnownReads known,
            ObjectProvider<ShortWrite> writes,
            MeterRegistry meters,
            JsonMapper json,
            NettyServerProperties server) {
        this.known = known;
        this.writes = writes;
        this.requests = new FastRequests(known, meters, json);
        this.fits = server.getIdleTimeout() == null && server.getMaxKeepAliveRequests() == null;
    }

    /** The server of the API, not that of the operator's port. */
    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        if (fits) {
            known.open();
            factory.addServerCustomizers(
                    server -> server.doOnChannelInit((observer, channel, address) -> install(channel)));
        }
    }

    /** Over TLS the protocol is chosen by the handshake. */
    private void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        boolean watched = pipeline.get(NettyPipeline.AccessLogHandler) != null
                || pipeline.get(NettyPipeline.CompressionHandler) != null
                || pipeline.get(NettyPipeline.HttpMetricsHandler) != null;
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null && !watched) {
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, NAME, new FastPathHandler(requests));
        } else if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            AfterHandshake.then(pipeline, NAME + ".install", this::install);
        }
    }

    @Override
    public void start() {
        // Not before: the server is made before most of what answers its requests.
        requests.open(writes.stream().toList());
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable stopped) {
        running = false;
        requests.close(stopped);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
