package io.sluice.routing.spring;

import io.sluice.routing.AccessIntent;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * Lets {@code @Transactional(readOnly = true)}, and a {@code TransactionalOperator} with such a definition, run in a
 * read-only transaction on a replica; every other transaction runs on the primary.
 *
 * <p>Spring's own manager takes the connection before it tells anybody that the transaction is read-only, so that no
 * routing {@code ConnectionFactory} can know.
 */
public final class RoutingTransactionManager extends R2dbcTransactionManager {

    private static final long serialVersionUID = 1;

    public RoutingTransactionManager(RoutingConnectionFactory connectionFactory) {
        super(connectionFactory);
        setEnforceReadOnly(true);
    }

    @Override
    protected Mono<Void> doBegin(
            TransactionSynchronizationManager synchronization, Object transaction, TransactionDefinition definition) {
        AccessIntent intent = definition.isReadOnly() ? AccessIntent.READ_ONLY : AccessIntent.READ_WRITE;
        return super.doBegin(synchronization, transaction, definition).contextWrite(Routing.intent(intent));
    }
}
