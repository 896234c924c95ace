package io.sluice.transactions.tx;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs work in transactions.
 *
 * <ul>
 *   <li>The limits of {@link TxSpec} are set on the server, in the round trip of the BEGIN.
 *   <li>Conflicts, deadlocks, lock timeouts and lost connections are retried as a whole, outside the transaction, until
 *       attempts or deadline are used up; nothing is retried once COMMIT was sent.
 *   <li>Cancelling rolls back: the running statement is cancelled on the server when the connection is released. Once
 *       COMMIT was sent cancelling changes nothing.
 *   <li>A COMMIT without an answer is an {@link UnknownOutcomeException}, never a success and never a failure.
 *   <li>A call inside another one joins its transaction; where it asks for more than that gives it is refused with a
 *       {@link NestedTransactionException}.
 * </ul>
 *
 * <p>Results arrive on the event loop of the connection.
 */
public final class TransactionTemplate {

    private static final String STATUS = "SELECT pg_xact_status($1::text::xid8) AS status";

    private final RoutingConnectionFactory connections;
    private final TxListener listener;
    private final Scheduler timer;
    private final OuterTransactions outer;

    public TransactionTemplate(RoutingConnectionFactory connections) {
        this(connections, TxListener.NONE, Schedulers.parallel());
    }

    /**
     * A template with a listener.
     *
     * @param timer runs the deadlines and the pauses between retries
     */
    public TransactionTemplate(RoutingConnectionFactory connections, TxListener listener, Scheduler timer) {
        this(connections, listener, timer, OuterTransactions.NONE);
    }

    private TransactionTemplate(
            RoutingConnectionFactory connections, TxListener listener, Scheduler timer, OuterTransactions outer) {
        this.connections = connections;
        this.listener = listener;
        this.timer = timer;
        this.outer = outer;
    }

    /**
     * The same template, whose {@link #execute} and {@link #stream} join transactions that others have begun too, by the
     * rules of nested calls: the outer transaction's limits hold, it is committed and rolled back by who began it.
     */
    public TransactionTemplate joining(OuterTransactions others) {
        return new TransactionTemplate(connections, listener, timer, others);
    }

    /** Runs {@code work} and gives its result, if any, after the commit. */
    public <T> Mono<T> execute(TxSpec spec, Function<? super RoutedConnection, ? extends Mono<T>> work) {
        return stream(spec, work).singleOrEmpty();
    }

    /**
     * Runs {@code work} and gives its results as they come, before the commit: they stand only when the stream
     * completes. It is retried only as long as there was no result.
     */
    public <T> Flux<T> stream(TxSpec spec, Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Flux.deferContextual(context -> {
            TxContext.Active active = TxContext.current(context, connections);
            if (active != null) {
                active.requireEnoughFor(spec);
                return work.apply(active.connection());
            }
            return outer.current(connections)
                    .map(found -> inside(found, spec, work))
                    .defaultIfEmpty(Flux.defer(() -> begun(spec, work)))
                    .flatMapMany(Function.identity());
        });
    }

    private <T> Flux<T> begun(TxSpec spec, Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return execution(spec, true).stream(attempt -> attempt.begin().thenMany(deferred(attempt, work)));
    }

    private <T> Flux<T> inside(
            OuterTransactions.Outer found,
            TxSpec spec,
            Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        TxSpec around = spec.withIsolation(found.isolation()).withReadOnly(found.readOnly());
        TxContext.Active active = new TxContext.Active(around, found.connection(), new AtomicInteger());
        active.requireEnoughFor(spec);
        return Flux.<T>defer(() -> work.apply(found.connection()))
                .contextWrite(TxContext.entering(active, connections));
    }

    /**
     * As {@link #execute}, with the position in the log that covers the commit. It is always a transaction of its own,
     * and the work must have a result.
     */
    public <T> Mono<Committed<T>> commit(TxSpec spec, Function<? super RoutedConnection, ? extends Mono<T>> work) {
        return Mono.defer(
                () -> execution(spec, true).committed(attempt -> attempt.begin().thenMany(deferred(attempt, work))));
    }

    /**
     * As {@link #commit}, in as few round trips as there can be: the first statements of {@code work} are sent with the
     * BEGIN, its last with the COMMIT. The work begins with {@link PipelinedTx#begin}. An unknown outcome has no transaction
     * id here: this is for work whose rows tell whether it was done.
     */
    public <T> Mono<Committed<T>> commitPipelined(TxSpec spec, Function<PipelinedTx, ? extends Mono<T>> work) {
        return Mono.defer(
                () -> execution(spec, false).committed(attempt -> Mono.defer(() -> work.apply(attempt.pipeline))));
    }

    /**
     * Runs {@code work} under a savepoint of the transaction that this is called in: an error undoes only this part,
     * so that the transaction can go on after {@code onErrorResume}.
     *
     * @throws IllegalStateException (as a signal) outside a transaction
     */
    public <T> Flux<T> savepoint(Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Flux.deferContextual(context -> {
            TxContext.Active active = TxContext.current(context, connections);
            if (active == null) {
                return Flux.error(new IllegalStateException(
                        "a savepoint needs a transaction around it: call this inside execute or stream"));
            }
            return underSavepoint(active.connection(), active.nextSavepoint(), work);
        });
    }

    private static <T> Flux<T> underSavepoint(
            RoutedConnection connection, String name, Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Flux.usingWhen(
                Mono.from(connection.createSavepoint(name)).thenReturn(connection),
                work,
                open -> open.releaseSavepoint(name),
                (open, error) -> open.rollbackTransactionToSavepoint(name),
                open -> Attempt.leaveToRelease());
    }

    /**
     * Asks the primary what became of a transaction. Where another server is the primary by now the answer is
     * {@link CommitStatus#NOT_KNOWN}: transaction ids mean nothing there.
     */
    public Mono<CommitStatus> settle(UnknownOutcomeException unknown) {
        String id = unknown.transactionId();
        if (id == null) {
            return Mono.just(CommitStatus.NOT_KNOWN);
        }
        return connections
                .write(connection -> connection.node().equals(unknown.node())
                        ? status(connection, id)
                        : Mono.just(CommitStatus.NOT_KNOWN))
                .single();
    }

    private static Flux<CommitStatus> status(RoutedConnection connection, String id) {
        return Flux.from(connection.createStatement(STATUS).bind("$1", id).execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNullElse(row.get("status", String.class), "")))
                .map(TransactionTemplate::statusOf);
    }

    private static CommitStatus statusOf(@Nullable String status) {
        return switch (status == null ? "" : status) {
            case "committed" -> CommitStatus.COMMITTED;
            case "aborted" -> CommitStatus.ABORTED;
            case "in progress" -> CommitStatus.IN_PROGRESS;
            default -> CommitStatus.NOT_KNOWN;
        };
    }

    private Execution execution(TxSpec spec, boolean traced) {
        return new Execution(connections, listener, timer, spec, traced);
    }

    private static <T> Flux<T> deferred(
            Attempt attempt, Function<? super RoutedConnection, ? extends Publisher<T>> work) {
        return Flux.defer(() -> work.apply(attempt.connection()));
    }
}
