package io.sluice.transactions.tx;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One run of a transaction on its connection: begin, commit, roll back. */
final class Attempt {

    private static final Duration ROLLBACK_LIMIT = Duration.ofSeconds(2);
    private static final Duration COMMIT_GRACE = Duration.ofSeconds(1);
    private static final String TRANSACTION_ID = "SELECT pg_current_xact_id()::text AS id";

    final PipelinedTx pipeline;
    private final RoutedConnection connection;
    private final TxSpec spec;
    private final Deadline deadline;
    private final boolean traced;
    private volatile @Nullable String transactionId;
    private volatile @Nullable ConsistencyToken token;

    // traced: whether the server's transaction id is asked for, to be able to settle an unknown outcome by it
    Attempt(RoutedConnection connection, TxSpec spec, Deadline deadline, boolean traced) {
        this.connection = connection;
        this.spec = spec;
        this.deadline = deadline;
        this.traced = traced && !spec.readOnly();
        this.pipeline = new PipelinedTx(connection, this::beginning);
    }

    RoutedConnection connection() {
        return connection;
    }

    /** Where the transaction ended in the log; there is one after the commit. */
    <T> Committed<T> committed(T value) {
        return new Committed<>(value, Objects.requireNonNull(token), connection.node());
    }

    /** BEGIN and the limits, as one message: each message that the server answers costs it and us a system call. */
    Mono<Void> begin() {
        return Flux.from(connection
                        .createStatement(beginning().sql() + (traced ? TRANSACTION_ID : ""))
                        .execute())
                .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get("id", String.class))))
                .doOnNext(id -> transactionId = id)
                .then();
    }

    private Beginning beginning() {
        return Beginning.of(
                spec,
                deadline,
                COMMIT_GRACE.toMillis(),
                connection.getMetadata().getDatabaseVersion());
    }

    /** COMMIT with the position in the log, and with the last statements where there are some, in one round trip. */
    Mono<Void> commit() {
        PipelinedTx.Last last = pipeline.last();
        Mono<ConsistencyToken> commit = last == null
                ? connection.commitAndToken()
                : connection.commitAndToken(last.statements()).onErrorMap(last.errors());
        return commit.doOnNext(position -> token = position)
                .then()
                .onErrorMap(FirstError::of)
                .timeout(Duration.ofMillis(deadline.remainingMillis(spec.deadline()))
                        .plus(COMMIT_GRACE))
                .onErrorMap(this::afterCommit);
    }

    /** COMMIT was sent: only a plain error of the server says that nothing was done. */
    private Throwable afterCommit(Throwable error) {
        return isRefusal(error) ? error : new UnknownOutcomeException(connection.node(), transactionId, error);
    }

    private static boolean isRefusal(Throwable error) {
        SqlStateClass kind = SqlStateClass.of(error);
        boolean answered = error instanceof PostgresqlException
                || (error instanceof R2dbcException database && database.getSqlState() != null);
        return answered && kind != SqlStateClass.UNAVAILABLE && kind != SqlStateClass.UNKNOWN;
    }

    /** Best effort: what does not get rolled back here is when the connection is released. */
    Mono<Void> rollback(Throwable error) {
        return Mono.from(connection.rollbackTransaction())
                .timeout(ROLLBACK_LIMIT)
                .onErrorComplete();
    }

    /** Releasing the connection cancels the statement on the server and rolls back; a ROLLBACK would queue behind it. */
    static Mono<Void> leaveToRelease() {
        return Mono.empty();
    }
}
