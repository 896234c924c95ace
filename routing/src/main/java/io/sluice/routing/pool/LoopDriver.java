package io.sluice.routing.pool;

import io.netty.channel.EventLoop;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.NodeAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Opens connections to one node on one event loop. */
final class LoopDriver {

    private final NodeAddress address;
    private final HostResolver resolver;
    private final Function<String, PostgresqlConnectionConfiguration> configuration;
    private final Scheduler tasks;
    private final PostgresqlConnectionFactory factory;
    private volatile @Nullable Located located;

    private record Located(InetAddress address, PostgresqlConnectionFactory factory) {}

    /** {@code configuration} for a host. */
    LoopDriver(
            NodeAddress address,
            HostResolver resolver,
            EventLoop loop,
            Function<String, PostgresqlConnectionConfiguration> configuration) {
        this.address = address;
        this.resolver = resolver;
        this.configuration = configuration;
        this.tasks = Schedulers.fromExecutorService(loop);
        this.factory = at(address.host());
    }

    private PostgresqlConnectionFactory at(String host) {
        return new PostgresqlConnectionFactory(configuration.apply(host));
    }

    PostgresqlConnectionFactory factory() {
        return factory;
    }

    /**
     * A new connection, opened by a task of the loop and never while it handles what came in for other channels. If one
     * of those is closed meanwhile, the new socket may get its descriptor, and Netty (4.2.18) would take what is still to
     * be handled for the old one for events of the new one.
     */
    Mono<PostgresqlConnection> connect() {
        return resolver.equals(HostResolver.SYSTEM)
                ? factory.create().subscribeOn(tasks)
                : resolver.resolve(address.host()).publishOn(tasks).flatMap(this::connect);
    }

    private Mono<PostgresqlConnection> connect(List<InetAddress> found) {
        if (found.isEmpty()) {
            return Mono.error(
                    new R2dbcNonTransientResourceException("no address for host '" + address.host() + "'", "08001"));
        }
        Located last = located;
        if (last == null || !last.address().equals(found.get(0))) {
            last = new Located(found.get(0), at(found.get(0).getHostAddress()));
            located = last;
        }
        return last.factory().create();
    }
}
