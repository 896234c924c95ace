package io.sluice.transactions.tx;

import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutedConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The transaction that a chain runs in, carried in the Reactor Context: this class owns the key. */
final class TxContext {

    private TxContext() {}

    /** A transaction that is open. */
    record Active(TxSpec spec, RoutedConnection connection, AtomicInteger savepoints) {

        /** Whether work that asks for {@code wanted} may run in here. */
        void requireEnoughFor(TxSpec wanted) {
            if (wanted.isolation().isStrongerThan(spec.isolation())) {
                throw new NestedTransactionException("a call inside a " + spec.isolation()
                        + " transaction asked for " + wanted.isolation()
                        + "; start the outer transaction with it, or make the call outside");
            }
            if (spec.readOnly() && !wanted.readOnly()) {
                throw new NestedTransactionException("a call inside a read-only transaction wants to write;"
                        + " start the outer transaction as read-write, or make the call outside");
            }
        }

        String nextSavepoint() {
            return "sluice_" + savepoints.incrementAndGet();
        }
    }

    private record Key(ConnectionFactory connections) {}

    static @Nullable Active current(ContextView context, ConnectionFactory connections) {
        return context.getOrDefault(new Key(connections), null);
    }

    static Function<Context, Context> entering(Active active, ConnectionFactory connections) {
        return context -> context.put(new Key(connections), active);
    }
}
