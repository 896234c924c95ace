package io.sluice.routing.topology;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.resilience.Failures;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * {@code WAIT FOR LSN}, which servers know from PostgreSQL 19 on: one connection's way to hear of a position the moment it
 * is replayed. It compares positions without their timeline, so the monitor's own question still follows.
 */
final class ServerWait {

    private static final int SINCE = 19;

    /** Short, because the connection can answer nothing else meanwhile. */
    private static final Duration LIMIT = Duration.ofMillis(20);

    private final PostgresqlConnection connection;
    private volatile boolean usable;

    ServerWait(PostgresqlConnection connection) {
        this.connection = connection;
        this.usable = knownTo(connection.getMetadata().getDatabaseVersion());
    }

    /** Whether a server of that version ({@code "19.1"}, {@code "19beta2"}) has the command. */
    static boolean knownTo(String version) {
        int major = 0;
        for (int i = 0; i < version.length() && Character.isDigit(version.charAt(i)) && i < 4; i++) {
            major = 10 * major + Character.digit(version.charAt(i), 10);
        }
        return major >= SINCE;
    }

    static String sql(Lsn target) {
        return "WAIT FOR LSN '" + target + "' WITH (TIMEOUT '" + LIMIT.toMillis() + "ms', NO_THROW)";
    }

    /** False for older servers, and once this one has refused the command. */
    boolean usable() {
        return usable;
    }

    /** Ends when {@code target} is replayed, or after a while. */
    Mono<Void> until(Lsn target) {
        return connection
                .createStatement(sql(target))
                .fetchSize(0)
                .execute()
                .flatMap(result -> result.map((row, metadata) -> target))
                .then()
                .onErrorResume(ServerWait::refusal, error -> Mono.fromRunnable(() -> usable = false));
    }

    private static boolean refusal(Throwable error) {
        return error instanceof R2dbcException answer
                && answer.getSqlState() != null
                && !Failures.nodeIsUnavailable(error);
    }
}
