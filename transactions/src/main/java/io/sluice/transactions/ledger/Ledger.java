package io.sluice.transactions.ledger;

import io.r2dbc.spi.Readable;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxSpec;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Accounts and transfers on one PostgreSQL primary.
 *
 * <p>Writes are exact under every failure: each transfer has one outcome, and sending it again with its id tells which.
 * They run on a subscriber of their own, to a deadline that the server keeps too: cancelling a returned {@code Mono}
 * only stops the waiting. Results arrive on the event loop of the connection.
 */
public final class Ledger {

    private static final int HISTORY_FETCH = 500;

    private final RoutingConnectionFactory connections;
    private final TransactionTemplate transactions;
    private final LedgerSettings settings;
    private final Lane lane;
    private final AccountStore accounts;

    public Ledger(RoutingConnectionFactory connections, TransactionTemplate transactions, LedgerSettings settings) {
        this(connections, transactions, settings, LedgerListener.NONE);
    }

    public Ledger(
            RoutingConnectionFactory connections,
            TransactionTemplate transactions,
            LedgerSettings settings,
            LedgerListener listener) {
        this.connections = connections;
        this.transactions = transactions;
        this.settings = settings;
        TxSpec spec = TxSpec.DEFAULT
                .withLockTimeout(settings.lockTimeout())
                .withStatementTimeout(settings.deadline())
                .withDeadline(settings.deadline());
        Scheduler clock = Schedulers.parallel();
        this.lane = new Lane(
                settings,
                clock,
                new TransferStore(transactions, spec, settings.batchLockTimeout(), new Stopwatch(clock, listener)));
        this.accounts = new AccountStore(transactions, spec);
    }

    /** Creates the schema {@code sluice_ledger} where it is not there yet; call it once before anything else. */
    public Mono<Void> createSchema() {
        return LedgerSchema.create(transactions);
    }

    /**
     * Begins to release holds whose time is over, and goes on until the result is disposed of. Any number of gateways
     * may do this side by side: an expiry has an id derived from its hold, so that it happens once.
     */
    public Disposable startExpiry() {
        return new Expiry(this, settings.expiryInterval()).start(Schedulers.parallel());
    }

    /** Holds whose time is over and that are still pending, oldest first. */
    Flux<UUID> dueHolds(int atMost) {
        return query(ReadSql.dueHolds(atMost), row -> Objects.requireNonNull(row.get("id", UUID.class)));
    }

    /**
     * Carries out one request: its transfers in order, linked ones as a whole, each with one answer.
     *
     * <p>Errors: {@link LedgerBusyException} where nothing was done because too much waits;
     * {@link LedgerOutcomeUnknownException}; those of the database where nothing was done.
     */
    public Mono<Committed<List<Decision.Answer>>> transfer(List<Transfer> transfers) {
        return lane.submit(List.copyOf(transfers));
    }

    /** How many transfers wait for their batch, to be watched. */
    public int waiting() {
        return lane.waiting();
    }

    /** Creates accounts: one outcome each, in order. */
    public Mono<Committed<List<AccountOutcome>>> createAccounts(List<Account> requested) {
        return accounts.create(List.copyOf(requested));
    }

    /**
     * The accounts of these ids that exist, in no order. From the primary, or from a replica inside
     * {@link io.sluice.routing.Routing#readOnly}.
     */
    public Flux<Account> accounts(Collection<UUID> ids) {
        return query(ReadSql.accounts(ids), Rows::account);
    }

    /**
     * The transfers of these ids that were made, in no order. From the primary, or from a replica inside
     * {@link io.sluice.routing.Routing#readOnly}.
     */
    public Flux<RecordedTransfer> transfers(Collection<UUID> ids) {
        return query(ReadSql.transfers(ids), Rows::transfer);
    }

    /**
     * The transfers of an account, as many as are asked for: they are fetched as the subscriber takes them, and cancelling
     * ends the query on the server. From the primary, or from a replica inside
     * {@link io.sluice.routing.Routing#readOnly}.
     */
    public Flux<RecordedTransfer> history(History history) {
        String sql = ReadSql.history(history);
        return Flux.usingWhen(
                connections.create(),
                connection -> Flux.from(connection
                                .createStatement(sql)
                                .fetchSize(HISTORY_FETCH)
                                .execute())
                        .concatMap(result -> result.map(Rows::transfer), 1),
                RoutedConnection::close);
    }

    /**
     * An account as it was: after its last transfer up to {@code atMicros}. Empty where there was no such account then.
     * Whether it was closed is told as it is now.
     */
    public Mono<Account> accountAt(UUID id, long atMicros) {
        return accounts(List.of(id))
                .singleOrEmpty()
                .filter(account -> account.timestampMicros() <= atMicros)
                .flatMap(account -> history(new History(id, 0, atMicros, true, 1))
                        .singleOrEmpty()
                        .map(last -> account.withBalance(last.balanceOf(id)))
                        .defaultIfEmpty(account.withBalance(Balance.ZERO)));
    }

    private <T> Flux<T> query(String sql, Function<Readable, T> mapping) {
        return Flux.usingWhen(
                connections.create(),
                connection ->
                        Flux.from(connection.createStatement(sql).execute()).concatMap(result -> result.map(mapping)),
                RoutedConnection::close);
    }
}
