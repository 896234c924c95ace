package io.sluice.routing;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Statement;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.pool.ForwardingConnection;
import io.sluice.routing.pool.PooledLease;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection of one node for the time a caller holds it. */
final class Lease extends ForwardingConnection<PooledLease> implements RoutedConnection {

    private final PooledLease pooled;
    private final Node node;
    private final boolean primary;
    private final Nodes nodes;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(PooledLease pooled, Node node, boolean primary, Nodes nodes) {
        super(pooled);
        this.pooled = pooled;
        this.node = node;
        this.primary = primary;
        this.nodes = nodes;
        node.taken();
    }

    @Override
    public String node() {
        return node.node();
    }

    @Override
    public boolean primary() {
        return primary;
    }

    @Override
    public Mono<ConsistencyToken> token() {
        return nodes.token(node, pooled);
    }

    @Override
    public Mono<ConsistencyToken> commitAndToken() {
        return nodes.commitAndToken(node, pooled);
    }

    @Override
    public Mono<ConsistencyToken> commitAndToken(String last) {
        return nodes.commitAndToken(node, pooled, last);
    }

    @Override
    public Mono<ConsistencyToken> commitAndToken(WireBatch last) {
        return nodes.commitAndToken(node, pooled, last);
    }

    @Override
    public Mono<Void> batch(WireBatch batch, WireAnswer answer) {
        return pooled.batch(batch, answer);
    }

    @Override
    public <T> Flux<T> run(Function<? super PostgresqlConnection, ? extends Publisher<T>> work) {
        return pooled.run(work);
    }

    @Override
    public Mono<Long> copyIn(String sql, Publisher<? extends Publisher<ByteBuf>> frames) {
        return pooled.copyIn(sql, frames);
    }

    @Override
    public void reading(boolean on) {
        pooled.reading(on);
    }

    @Override
    public void rowsTo(Statement statement, WireRows rows) {
        pooled.rowsTo(statement, rows);
    }

    @Override
    public void discard() {
        pooled.discard();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (closed.compareAndSet(false, true)) {
                node.givenBack();
            }
            return pooled.close();
        });
    }
}
