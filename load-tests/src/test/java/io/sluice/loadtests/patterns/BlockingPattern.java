package io.sluice.loadtests.patterns;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads that wait for the database against threads that do not. */
final class BlockingPattern {

    private static final int CALLERS = 64;
    private static final int FEW_THREADS = 8;
    private static final String SLOW = "SELECT 1::bigint FROM pg_sleep(0.05)";

    private final HikariDataSource jdbc;
    private final ConnectionFactory r2dbc;
    private final Scheduler few = Schedulers.newBoundedElastic(FEW_THREADS, CALLERS, "few");
    private final Scheduler many = Schedulers.newBoundedElastic(CALLERS, CALLERS, "many");

    BlockingPattern(Servers servers) {
        this.jdbc = servers.primary().jdbc(CALLERS);
        this.r2dbc = servers.primary().pool(CALLERS);
    }

    Pattern pattern() {
        return new Pattern(
                "A query of 50 ms, 64 callers and 64 connections",
                "a blocked thread for each waiting request is the limit, not the database",
                "queries",
                List.of(
                        Variant.of("JDBC on 8 threads", CALLERS, () -> blocking(few)),
                        Variant.of("JDBC on 64 threads", CALLERS, () -> blocking(many)),
                        Variant.of(
                                "R2DBC on its event loops",
                                CALLERS,
                                () -> Database.one(r2dbc, SLOW, statement -> statement))));
    }

    private Mono<Long> blocking(Scheduler scheduler) {
        return Mono.fromCallable(this::query).subscribeOn(scheduler);
    }

    private long query() throws SQLException {
        try (Connection connection = jdbc.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SLOW)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
