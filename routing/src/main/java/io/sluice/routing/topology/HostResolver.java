package io.sluice.routing.topology;

import java.net.InetAddress;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Finds the addresses behind a host name, anew each time it is asked. One that is not {@link #SYSTEM} also decides where
 * connections go: to the first address. A certificate is compared with that address then ({@code sslmode=verify-full}).
 */
@FunctionalInterface
public interface HostResolver {

    /**
     * The JVM's, which remembers names as long as it is told to ({@code networkaddress.cache.ttl}, 30 s unless set).
     * Connections are opened by name; the driver resolves it for each.
     */
    HostResolver SYSTEM = host ->
            Mono.fromCallable(() -> List.of(InetAddress.getAllByName(host))).subscribeOn(Schedulers.boundedElastic());

    Mono<List<InetAddress>> resolve(String host);
}
