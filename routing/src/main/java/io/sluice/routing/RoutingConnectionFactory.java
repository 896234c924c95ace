package io.sluice.routing;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Hands out pooled connections to the node that fits the intent in the Reactor Context. */
public final class RoutingConnectionFactory implements ConnectionFactory {

    private final ConnectionPool pool;
    private final String node;

    private RoutingConnectionFactory(Builder builder) {
        NodeAddress address = builder.nodes.get(0);
        this.node = address.name();
        ConnectionFactory driver = new PostgresqlConnectionFactory(builder.driver
                .apply(PostgresqlConnectionConfiguration.builder()
                        .host(address.host())
                        .port(address.port())
                        .database(address.database())
                        .username(address.user())
                        .password(address.password()))
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
    public Mono<RoutedConnection> create() {
        return pool.create().map(connection -> new Lease(connection, node));
    }

    /**
     * Runs {@code work} on a connection for reading: from a fit replica, or the primary where none is fit. The
     * connection goes back when the result ends, fails or is cancelled; a cancelled query is cancelled on the server.
     *
     * <p>Where the node fails before the first element, the work is done once more on another node, so it must be
     * harmless to repeat. Take {@code single()} rather than {@code next()} of a result of one row: {@code next()}
     * cancels.
     */
    public <T> Flux<T> read(Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Routing.readOnly(Flux.usingWhen(create(), work, RoutedConnection::close));
    }

    /**
     * Runs {@code work} on a connection to the primary and gives the connection back when the result ends, fails or is
     * cancelled. It is never repeated.
     */
    public <T> Flux<T> write(Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Flux.usingWhen(create(), work, RoutedConnection::close)
                .contextWrite(Routing.intent(AccessIntent.READ_WRITE));
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

        private UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver = UnaryOperator.identity();

        private Builder() {}

        /** Changes the driver's configuration of each node (codecs, preferences, TLS) after Sluice's own settings. */
        public Builder driver(UnaryOperator<PostgresqlConnectionConfiguration.Builder> driver) {
            this.driver = driver;
            return this;
        }

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
