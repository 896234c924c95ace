package io.sluice.transactions.spring;

import io.r2dbc.spi.Connection;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.transactions.tx.Isolation;
import io.sluice.transactions.tx.OuterTransactions;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * Lets a {@code TransactionTemplate} join transactions that {@code @Transactional} or a {@code TransactionalOperator} has
 * begun with a {@link io.sluice.routing.spring.RoutingTransactionManager}:
 *
 * <pre>{@code
 * new TransactionTemplate(connections).joining(new SpringTransactions())
 * }</pre>
 */
public final class SpringTransactions implements OuterTransactions {

    @Override
    public Mono<Outer> current(RoutingConnectionFactory connections) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .onErrorComplete(NoTransactionException.class)
                .mapNotNull(transaction -> outer(transaction, connections));
    }

    private static @Nullable Outer outer(
            TransactionSynchronizationManager transaction, RoutingConnectionFactory connections) {
        if (!transaction.isActualTransactionActive()
                || !(transaction.getResource(connections) instanceof ConnectionHolder holder)) {
            return null;
        }
        Connection connection = holder.getConnection();
        if (!(connection instanceof RoutedConnection routed)) {
            throw new IllegalStateException("Spring's transaction has a connection that is not routed: " + connection);
        }
        return new Outer(
                routed,
                isolation(transaction.getCurrentTransactionIsolationLevel()),
                transaction.isCurrentTransactionReadOnly());
    }

    /** Where none was asked for it is the server's default, which is not counted on to be more than the weakest. */
    private static Isolation isolation(@Nullable Integer level) {
        if (level != null && level == TransactionDefinition.ISOLATION_SERIALIZABLE) {
            return Isolation.SERIALIZABLE;
        }
        return level != null && level == TransactionDefinition.ISOLATION_REPEATABLE_READ
                ? Isolation.REPEATABLE_READ
                : Isolation.READ_COMMITTED;
    }
}
