package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.sluice.routing.WireRows;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A statement whose conversations are watched.
 *
 * <p>With parameters the driver begins one conversation per binding, when that binding's result is subscribed to.
 * Without, the conversation begins with {@code execute()} and its results are windows of it.
 */
final class WatchedStatement implements PostgresqlStatement {

    private final PostgresqlStatement driver;
    private final InFlight inFlight;
    private final RowDiversion diversion;
    private @Nullable WireRows rows;
    private boolean bound;
    private boolean fetchesInParts;

    WatchedStatement(PostgresqlStatement driver, InFlight inFlight, RowDiversion diversion) {
        this.driver = driver;
        this.inFlight = inFlight;
        this.diversion = diversion;
    }

    /** Its rows go to {@code target} where that is possible, and are the results' as ever where it is not. */
    void rowsTo(WireRows target) {
        rows = target;
    }

    @Override
    public Flux<PostgresqlResult> execute() {
        Flux<PostgresqlResult> results = driver.execute();
        if (bound) {
            return results.map(result -> WatchedResult.conversation(result, inFlight, this::diverted));
        }
        results = diverted(results);
        Flux<PostgresqlResult> watched = fetchesInParts
                ? Watch.flux(results, inFlight, true)
                : Watch.drained(results, inFlight, true, WatchedResult::drain);
        return watched.map(result -> WatchedResult.window(result, inFlight));
    }

    private <T> Flux<T> diverted(Flux<T> conversation) {
        WireRows target = rows;
        return target == null ? conversation : Diverted.flux(conversation, target, diversion, inFlight);
    }

    @Override
    public PostgresqlStatement add() {
        driver.add();
        return this;
    }

    @Override
    public PostgresqlStatement bind(String identifier, Object value) {
        driver.bind(identifier, value);
        bound = true;
        return this;
    }

    @Override
    public PostgresqlStatement bind(int index, Object value) {
        driver.bind(index, value);
        bound = true;
        return this;
    }

    @Override
    public PostgresqlStatement bindNull(String identifier, Class<?> type) {
        driver.bindNull(identifier, type);
        bound = true;
        return this;
    }

    @Override
    public PostgresqlStatement bindNull(int index, Class<?> type) {
        driver.bindNull(index, type);
        bound = true;
        return this;
    }

    @Override
    public PostgresqlStatement fetchSize(int rows) {
        driver.fetchSize(rows);
        fetchesInParts = rows > 0;
        return this;
    }

    @Override
    public PostgresqlStatement returnGeneratedValues(String... columns) {
        driver.returnGeneratedValues(columns);
        return this;
    }

    @Override
    public String toString() {
        return driver.toString();
    }
}
