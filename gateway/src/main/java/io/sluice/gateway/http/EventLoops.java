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

    /**
     * New clients are accepted by a thread of its own. A loop that writes to one client while it handles what came in
     * from another may find that the first has left, and close its socket. If it then accepted a new client, whose socket
     * may get the same descriptor, Netty (4.2.18) would take the last events of the old one for events of the new one,
     * and close that in the end. What another thread has accepted is added when those events have been handled.
     */
    private static final int ACCEPTING = 1;

    @Bean(destroyMethod = "dispose")
    LoopResources loops(@Value("${sluice.io-threads:0}") int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException("sluice.io-threads must be 0, for one a processor, or more: " + threads);
        }
        int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return LoopResources.create("sluice", ACCEPTING, workers, true);
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
