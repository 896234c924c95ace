package io.sluice.routing;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.resilience.Hedging;
import io.sluice.routing.resilience.RetryBudget;
import io.sluice.routing.topology.ClusterState;
import io.sluice.routing.topology.NodeState;
import io.sluice.routing.topology.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Hands out pooled connections to the node that fits what the Reactor Context says ({@link Routing}): the primary by
 * default, a fit replica for reads.
 *
 * <p>Which node is what is found out, and found out again after a failover. Close it when it is not needed any more.
 */
public final class RoutingConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory>, Closeable {

    private final Nodes nodes;
    private final Reads reads;

    RoutingConnectionFactory(RoutingConfiguration configuration) {
        this.nodes = new Nodes(configuration);
        this.reads = new Reads(
                nodes,
                new RetryBudget(configuration.retryShare(), configuration.retryFloor()),
                new Hedging(configuration.hedging()));
    }

    public static RoutingConnectionFactoryBuilder builder() {
        return new RoutingConnectionFactoryBuilder();
    }

    /**
     * A connection that fits the Context. The caller closes it; cancelling before it is emitted gives up the place in
     * the queue, and a connection that was on its way goes back to its pool.
     *
     * <p>Fails with a {@link RoutingException} where none can be had in time. Then nothing was sent to a server.
     */
    @Override
    public Mono<RoutedConnection> create() {
        return Mono.deferContextual(context -> nodes.acquire(Routing.request(context)));
    }

    /**
     * Runs {@code work} on a connection for reading: from a fit replica, or the primary where none is fit. The
     * connection goes back when the result ends, fails or is cancelled; a cancelled query is cancelled on the server.
     *
     * <p>Where the node fails before the first element, the work is done once more on another node, so it must be
     * harmless to repeat; with {@code hedging} it may also run on two nodes at once. Of a result of one row take
     * {@code single()} inside the work: a server that is stopped may send the row and break off before it says that the
     * statement is complete, and a row that was emitted is not read again. {@code next()} would cancel.
     */
    public <T> Flux<T> read(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return reads.read(work);
    }

    /**
     * Runs {@code work} on a connection to the primary and gives the connection back when the result ends, fails or is
     * cancelled. It is never repeated.
     */
    public <T> Flux<T> write(Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        return Flux.<T, RoutedConnection>usingWhen(create(), work, RoutedConnection::close)
                .contextWrite(Routing.intent(AccessIntent.READ_WRITE));
    }

    /** What is known of the nodes and their pools now. Costs no I/O. */
    public RoutingState state() {
        ClusterState cluster = nodes.cluster().state();
        List<NodeReport> reports = new ArrayList<>();
        for (NodeState state : cluster.nodes()) {
            Node node = nodes.byName().get(state.node());
            if (node != null) {
                reports.add(new NodeReport(state, node.pool().state()));
            }
        }
        NodeState primary = cluster.primary();
        return new RoutingState(reports, primary == null ? null : primary.node(), cluster.timeline());
    }

    /**
     * How far a replica had replayed when it was last heard of; null of any other node. Costs no I/O. With
     * {@link Routing#notBefore} a read goes on elsewhere and sees nothing older, but for what came in the meantime.
     */
    public @Nullable ConsistencyToken replayed(String node) {
        NodeState known = nodes.cluster().state().node(node);
        return known == null || known.role() != Role.REPLICA
                ? null
                : new ConsistencyToken(known.timeline(), known.position());
    }

    /** What happens to the nodes from now on; a subscriber that is too slow misses some. */
    public Flux<RoutingEvent> events() {
        return nodes.events().flux();
    }

    /** Draining, evicting, resizing, reloading. */
    public RoutingAdmin admin() {
        return new RoutingAdmin(nodes);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "PostgreSQL";
    }

    /**
     * The driver's own factory for the primary, for the first node while none is known. Its connections go past
     * everything that this class does.
     */
    @Override
    public ConnectionFactory unwrap() {
        return nodes.driver();
    }

    /** This factory or the driver's own, whichever is a {@code targetClass}; null where neither is. */
    @Override
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        if (targetClass.isInstance(this)) {
            return targetClass.cast(this);
        }
        ConnectionFactory driver = unwrap();
        return targetClass.isInstance(driver) ? targetClass.cast(driver) : null;
    }

    /** Closes every pool; connections that are out are closed when they come back. */
    @Override
    public Mono<Void> close() {
        return nodes.close();
    }
}
