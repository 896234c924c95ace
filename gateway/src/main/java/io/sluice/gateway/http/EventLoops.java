package io.sluice.gateway.http;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.resources.LoopResources;

/**
 * The threads that everything runs on: one a processor, for clients and servers alike. With threads for each of the two,
 * every answer would change from one to the other, and there would be more of them than processors.
 *
 * <p>The operator's port has its own, and so answers when these are busy.
 */
@Configuration(proxyBeanMethods = false)
class EventLoops {

    @Bean(destroyMethod = "dispose")
    LoopResources loops(@Value("${sluice.io-threads:0}") int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException("sluice.io-threads must be 0, for one a processor, or more: " + threads);
        }
        return LoopResources.create(
                "sluice", threads == 0 ? Runtime.getRuntime().availableProcessors() : threads, true);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> serverLoops(LoopResources loops) {
        return factory -> {
            // Its loops would take the place of these.
            factory.setResourceFactory(null);
            factory.addServerCustomizers(server -> server.runOn(loops));
        };
    }
}
