package io.sluice.routing.pool;

import io.netty.channel.EventLoop;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Opens connections to one node, in turns on event loops of its own or of the application. */
public final class NodeDriver {

    /** For goodbyes that are still on their way. Netty's own two seconds would be two more at every shutdown. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final NodeAddress address;
    private final PoolSettings settings;
    private final UnaryOperator<PostgresqlConnectionConfiguration.Builder> customizer;
    private final @Nullable LoopResources own;
    private final List<LoopDriver> loops;
    private final AtomicInteger turns = new AtomicInteger();

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
        LoopResources used =
                shared == null ? LoopResources.create("sluice-" + address.name(), settings.ioThreads(), true) : shared;
        this.own = shared == null ? used : null;
        this.loops = StreamSupport.stream(
                        used.onServer(LoopResources.DEFAULT_NATIVE).spliterator(), false)
                .map(EventLoop.class::cast)
                .map(loop -> on(loop, used, resolver))
                .toList();
    }

    private LoopDriver on(EventLoop loop, LoopResources used, HostResolver resolver) {
        LateFlushLoop late = new LateFlushLoop(used, loop, settings.statementCacheSize());
        return new LoopDriver(address, resolver, loop, host -> configuration(host, late));
    }

    private PostgresqlConnectionConfiguration configuration(String host, LoopResources loop) {
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
                .loopResources(loop);
        return customizer.apply(DriverOptions.apply(driver, address.options())).build();
    }

    /** The driver's own factory for this node. */
    public ConnectionFactory factory() {
        return loops.get(0).factory();
    }

    /**
     * A new connection outside any pool; the caller closes it. The loops take turns here and not where Netty chooses one:
     * the driver has it choose one for a resolver of names as well, so with two loops all connections could be on one.
     */
    public Mono<PostgresqlConnection> connect() {
        return Mono.defer(() ->
                loops.get(Math.floorMod(turns.getAndIncrement(), loops.size())).connect());
    }

    /** Stops the event loops where they are its own. Close the connections first. */
    public Mono<Void> close() {
        return own == null ? Mono.empty() : own.disposeLater(QUIET, CLOSE_LIMIT);
    }
}
