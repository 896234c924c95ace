package io.sluice.gateway.testing;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.embedded.junit.TestDatabase;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Somebody else's lock of a table, which readers wait for. */
public final class TableLock implements AutoCloseable {

    private final TestDatabase database;
    private final String table;

    /** Waits until the lock is held; for two minutes at most. */
    public TableLock(TestDatabase database, String table) {
        this.database = database;
        this.table = table;
        CompletableFuture<Void> holding = CompletableFuture.runAsync(() ->
                database.execute("BEGIN; LOCK TABLE " + table + "; SELECT pg_sleep(120), 'lock of " + table + "'"));
        eventually(() -> {
            assertThat(holding).isNotDone();
            assertThat(database.value("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                            + " AND relation = '" + table + "'::regclass"))
                    .isEqualTo("1");
        });
    }

    /** How many wait for it. */
    public int waiting() {
        return Integer.parseInt(Objects.requireNonNull(database.value(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass")));
    }

    @Override
    public void close() {
        release();
    }

    public void release() {
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%lock of " + table
                + "%' AND pid <> pg_backend_pid()");
        eventually(() -> assertThat(waiting()).isZero());
    }
}
