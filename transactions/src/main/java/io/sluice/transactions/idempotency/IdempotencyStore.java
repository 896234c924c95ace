package io.sluice.transactions.idempotency;

import io.sluice.routing.RoutedConnection;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps the answers of requests that have a key, in the transaction of what they did: either both are there or neither.
 *
 * <p>While a request runs it holds an advisory lock, which the server takes back with the transaction whatever becomes of
 * the client or of this process. A failed request leaves nothing: its key may be used again, with other content too.
 */
public final class IdempotencyStore {

    private static final Logger log = LoggerFactory.getLogger(IdempotencyStore.class);

    private final TransactionTemplate transactions;
    private final Duration keep;
    private final Mono<Void> ready;

    /**
     * A store in the table {@code sluice.idempotency}.
     *
     * @param keep how long an answer is kept at least; with {@link #startExpiry} it is gone a day later
     */
    public IdempotencyStore(TransactionTemplate transactions, Duration keep) {
        if (keep.toSeconds() < 1) {
            throw new IllegalArgumentException("answers must be kept for at least a second, was " + keep);
        }
        this.transactions = transactions;
        this.keep = keep;
        this.ready = IdempotencySchema.create(transactions)
                .thenReturn(true)
                .cacheInvalidateIf(done -> false)
                .then();
    }

    /** Completes when the table is there; makes it at the first call. To be called before the transaction begins. */
    public Mono<Void> ready() {
        return ready;
    }

    /**
     * Does {@code work} unless it was done under this key before. This has to be the first thing in a transaction on
     * {@code connection}: READ COMMITTED, or a stronger one after {@link #lockSession}. The answer stands when that is
     * committed. The work may change the role: the answer is kept as the session's own user.
     *
     * <p>Errors: {@link RequestInFlightException}, {@link KeyReusedException}, those of the work. The transaction must
     * be rolled back then.
     */
    public Mono<Once> once(RoutedConnection connection, IdempotencyKey key, Supplier<Mono<KeptAnswer>> work) {
        return claim(connection, key).flatMap(kept -> kept.map(answer -> Mono.just(new Once(answer, true)))
                .orElseGet(() -> work.get().flatMap(answer -> keep(connection, key, answer))));
    }

    private static Mono<Optional<KeptAnswer>> claim(RoutedConnection connection, IdempotencyKey key) {
        return found(connection, IdempotencySql.claim(key))
                .collectList()
                .map(rows -> Optional.ofNullable(Found.answerTo(key, rows)));
    }

    private static Mono<Once> keep(RoutedConnection connection, IdempotencyKey key, KeptAnswer answer) {
        return Flux.from(connection
                        .createStatement(IdempotencySql.keep(key, answer))
                        .execute())
                .concatMap(result -> result.getRowsUpdated())
                .then(Mono.just(new Once(answer, false)));
    }

    private static Flux<Found> found(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute()).concatMap(result -> result.map(Found::of));
    }

    /**
     * Needed before the BEGIN of a transaction with one snapshot (REPEATABLE READ, SERIALIZABLE): inside it the key's lock
     * would come too late, after the snapshot. The lock is the session's, so the connection is not used again afterwards.
     *
     * <p>Errors: {@link RequestInFlightException}.
     */
    public Mono<Void> lockSession(RoutedConnection connection, IdempotencyKey key) {
        return Mono.fromRunnable(connection::discard)
                .thenMany(Flux.defer(() -> Flux.from(connection
                        .createStatement(IdempotencySql.lockSession(key))
                        .execute())))
                .concatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get("free", Boolean.class))))
                .single()
                .flatMap(free -> free ? Mono.empty() : Mono.error(new RequestInFlightException()));
    }

    /**
     * Begins to make the partitions of coming days and to drop those whose answers are old enough, and goes on until the
     * result is disposed of. Any number of gateways may do this side by side.
     */
    public Disposable startExpiry(Duration interval, Scheduler timer) {
        return Flux.interval(Duration.ZERO, interval, timer)
                .onBackpressureDrop()
                .concatMap(tick -> renew().onErrorResume(this::later), 1)
                .subscribe(done -> {}, error -> log.error("kept answers do not expire any more", error));
    }

    /** One round of what {@link #startExpiry} does. */
    public Mono<Void> renew() {
        return IdempotencySchema.renew(transactions, keep);
    }

    private Mono<Void> later(Throwable error) {
        log.debug("the partitions of kept answers could not be renewed now", error);
        return Mono.empty();
    }
}
