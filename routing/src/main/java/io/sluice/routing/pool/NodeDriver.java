package io.sluice.routing.pool;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.topology.NodeAddress;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Opens connections to one node, on event loops of its own. */
public final class NodeDriver {

    private final PostgresqlConnectionFactory factory;
    private final LoopResources loops;

    public NodeDriver(
            NodeAddress address,
            PoolSettings settings,
            UnaryOperator<PostgresqlConnectionConfiguration.Builder> customizer) {
        this.loops = LoopResources.create("sluice-" + address.name(), settings.ioThreads(), true);
        this.factory = new PostgresqlConnectionFactory(
                customizer.apply(configure(address, settings, loops)).build());
    }

    private static PostgresqlConnectionConfiguration.Builder configure(
            NodeAddress address, PoolSettings settings, LoopResources loops) {
        PostgresqlConnectionConfiguration.Builder driver = PostgresqlConnectionConfiguration.builder()
                .host(address.host())
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
        return factory.create();
    }

    /** Stops the event loops. Close the connections first. */
    public Mono<Void> close() {
        return loops.disposeLater();
    }
}
