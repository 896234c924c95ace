package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlBatch;
import io.r2dbc.postgresql.api.PostgresqlResult;
import reactor.core.publisher.Flux;

/** A batch is one conversation, whatever it holds. */
final class WatchedBatch implements PostgresqlBatch {

    private final PostgresqlBatch driver;
    private final InFlight inFlight;

    WatchedBatch(PostgresqlBatch driver, InFlight inFlight) {
        this.driver = driver;
        this.inFlight = inFlight;
    }

    @Override
    public PostgresqlBatch add(String sql) {
        driver.add(sql);
        return this;
    }

    @Override
    public Flux<PostgresqlResult> execute() {
        return Watch.drained(driver.execute(), inFlight, true, WatchedResult::drain)
                .map(result -> WatchedResult.window(result, inFlight));
    }
}
