package io.sluice.routing;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Hands out pooled connections to the node that fits the intent in the Reactor Context. */
public final class RoutingConnectionFactory implements ConnectionFactory {

    private final ConnectionPool pool;

    private RoutingConnectionFactory(Builder builder) {
        NodeAddress address = builder.nodes.get(0);
        ConnectionFactory driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .database(address.database())
                .username(address.user())
                .password(address.password())
                .build());
        this.pool = new ConnectionPool(ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .maxSize(builder.maxSize)
                .maxAcquireTime(builder.acquireTimeout)
                .build());
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Mono<? extends Connection> create() {
        return pool.create();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }

    /** Closes every pool; connections that are out are closed when they come back. */
    public Mono<Void> close() {
        return pool.disposeLater();
    }

    /** Settings, each with its default. */
    public static final class Builder {

        private final List<NodeAddress> nodes = new ArrayList<>();
        private int maxSize = 16;
        private Duration acquireTimeout = Duration.ofSeconds(3);

        private Builder() {}

        /** A server of the cluster; call once for each. */
        public Builder node(NodeAddress address) {
            nodes.add(address);
            return this;
        }

        /** Most connections to each node, 16 by default. */
        public Builder maxSize(int maxSize) {
            this.maxSize = maxSize;
            return this;
        }

        /** How long a caller waits for a connection, 3 s by default. */
        public Builder acquireTimeout(Duration acquireTimeout) {
            this.acquireTimeout = acquireTimeout;
            return this;
        }

        public RoutingConnectionFactory build() {
            return new RoutingConnectionFactory(this);
        }
    }
}
