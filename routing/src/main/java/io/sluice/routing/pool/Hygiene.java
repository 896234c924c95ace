package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Brings a connection to rest, so that its next user finds it as new. */
final class Hygiene {

    /** An empty query: the server answers it after everything that was sent before, without doing anything. */
    private static final String BARRIER = ";";

    private static final String RESET_TIMEOUTS = "RESET statement_timeout; RESET lock_timeout";

    private final PostgresqlConnection driver;
    private final InFlight inFlight;
    private final PoolSettings settings;

    Hygiene(PostgresqlConnection driver, InFlight inFlight, PoolSettings settings) {
        this.driver = driver;
        this.inFlight = inFlight;
        this.settings = settings;
    }

    /** Fails where the connection must not be used again. */
    Mono<Void> clean(@Nullable IsolationLevel isolation, boolean timeoutsChanged) {
        Mono<Void> settled = inFlight.quiet() ? Mono.empty() : settle();
        return settled.then(Mono.defer(() -> restore(isolation, timeoutsChanged)));
    }

    /**
     * Leaves what is running. Most abandoned statements are over within a blink (the reader wanted one row of one), so
     * a barrier is given that long before a cancel request, which costs the server a new connection.
     */
    private Mono<Void> settle() {
        inFlight.abandonAll();
        Mono<Void> barrier = query(BARRIER)
                .onErrorResume(Hygiene::saidByServer, error -> Mono.empty())
                .doOnSuccess(done -> inFlight.settled())
                .cache();
        Mono<Void> forced = driver.cancelRequest()
                .then(barrier)
                .timeout(settings.releaseTimeout())
                .onErrorMap(
                        TimeoutException.class,
                        error -> new R2dbcNonTransientResourceException("the server did not come to rest within "
                                + settings.releaseTimeout().toMillis()
                                + " ms after it was told to cancel a statement"));
        return barrier.timeout(settings.cancelGrace(), forced);
    }

    private Mono<Void> restore(@Nullable IsolationLevel isolation, boolean timeoutsChanged) {
        Mono<Void> restored = driver.isAutoCommit() ? Mono.empty() : onLoop(driver.rollbackTransaction());
        if (isolation != null) {
            restored = restored.then(Mono.defer(() -> onLoop(driver.setTransactionIsolationLevel(isolation))));
        }
        if (timeoutsChanged) {
            restored = restored.then(query(RESET_TIMEOUTS));
        }
        return restored.timeout(settings.releaseTimeout());
    }

    private Mono<Void> query(String sql) {
        return OnLoop.flux(driver.createStatement(sql).fetchSize(0).execute(), inFlight.loop())
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then();
    }

    private Mono<Void> onLoop(Mono<Void> work) {
        return OnLoop.flux(work.flux(), inFlight.loop()).then();
    }

    /** An error that came in answer to the barrier (57014 of a late cancel request, 25P02) proves rest as well. */
    private static boolean saidByServer(Throwable error) {
        return error instanceof PostgresqlException
                && error instanceof R2dbcException answer
                && answer.getSqlState() != null
                && !answer.getSqlState().startsWith("08")
                && !answer.getSqlState().startsWith("57P");
    }
}
