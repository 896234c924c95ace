package io.sluice.gateway.stream;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState;
import io.sluice.routing.topology.NodeState;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.scheduler.Schedulers;

/** Reads the settings of long answers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamSettings.class)
class StreamConfiguration {

    private static final int DEFAULT_CONNECTIONS = 16;
    private static final long UNSENT_BYTES = 128 * 1024;

    /**
     * Keeps little of an answer in the kernel that the client's side has no room for: a stream costs less memory, and a
     * client that takes something, however slowly, is soon seen to do so. What is on its way is not limited by it.
     */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> unsentBytes() {
        return factory -> {
            if (Epoll.isAvailable()) {
                factory.addServerCustomizers(
                        server -> server.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES));
            }
        };
    }

    @Bean
    RowStreams rowStreams(StreamSettings settings, RoutingConnectionFactory routing, Environment environment) {
        int connections = environment.getProperty("sluice.pool.max-size", Integer.class, DEFAULT_CONNECTIONS);
        return new RowStreams(new StreamLimits(
                new StreamShare(settings.perServer(connections), () -> up(routing)),
                settings.stallTimeout(),
                settings.maxDuration(),
                settings.compression(),
                Schedulers.parallel()));
    }

    private static List<String> up(RoutingConnectionFactory routing) {
        return routing.state().nodes().stream()
                .map(RoutingState.NodeReport::state)
                .filter(NodeState::usable)
                .map(NodeState::node)
                .toList();
    }
}
