package io.sluice.routing.pool;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.NodeAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Opens connections to one node, on event loops of its own or of the application. */
public final class NodeDriver {

    /** For goodbyes that are still on their way. Netty's own two seconds would be two more at every shutdown. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final NodeAddress address;
    private final PoolSettings settings;
    private final UnaryOperator<PostgresqlConnectionConfiguration.Builder> customizer;
    private final HostResolver resolver;
    private final @Nullable LoopResources own;
    private final LoopResources loops;
    private final PostgresqlConnectionFactory factory;
    private volatile @Nullable Located located;

    private record Located(InetAddress address, PostgresqlConnectionFactory factory) {}

    public NodeDriver(
            NodeAddress address,
            PoolSettings settings,
            UnaryOperator<PostgresqlConnectionConfiguration.Builder> customizer) {
        this(address, settings, customizer, HostResolver.SYSTEM, null);
    }

    /** Connections on {@code shared} event loops, which others dispose of; on own ones for null. */
    public NodeDriver(
            NodeAddress address,
            PoolSettings settings,
            UnaryOperator<PostgresqlConnectionConfiguration.Builder> customizer,
            HostResolver resolver,
            @Nullable LoopResources shared) {
        this.address = address;
        this.settings = settings;
        this.customizer = customizer;
        this.resolver = resolver;
        LoopResources used =
                shared == null ? LoopResources.create("sluice-" + address.name(), settings.ioThreads(), true) : shared;
        this.own = shared == null ? used : null;
        this.loops = new LateFlushLoops(used);
        this.factory = at(address.host());
    }

    private PostgresqlConnectionFactory at(String host) {
        return new PostgresqlConnectionFactory(customizer.apply(configure(host)).build());
    }

    private PostgresqlConnectionConfiguration.Builder configure(String host) {
        PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(address.port())
                .database(address.database())
                .username(address.user())
                .password(address.password())
                .applicationName("sluice")
                .connectTimeout(settings.connectTimeout())
                .tcpKeepAlive(true)
                .tcpNoDelay(true)
                .preparedStatementCacheQueries(settings.statementCacheSize())
                .loopResources(loops);
        return DriverOptions.apply(driver, address.options());
    }

    /** The driver's own factory for this node. */
    public ConnectionFactory factory() {
        return factory;
    }

    /** A new connection outside any pool; the caller closes it. */
    public Mono<PostgresqlConnection> connect() {
        return resolver.equals(HostResolver.SYSTEM)
                ? factory.create()
                : resolver.resolve(address.host()).flatMap(this::connect);
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

    /** Stops the event loops where they are its own. Close the connections first. */
    public Mono<Void> close() {
        return own == null ? Mono.empty() : own.disposeLater(QUIET, CLOSE_LIMIT);
    }
}
