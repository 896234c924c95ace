package io.sluice.gateway.ingest;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Result;
import io.sluice.gateway.error.ApiException;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How far an upload has come, kept by the server under an id that the client made, and moved in the transaction of the
 * rows: what is before it is in, or was told to be refused, and what is behind it is not.
 */
final class Bookmark {

    private static final int LONGEST_ID = 200;

    private static final String TABLE = """
            CREATE SCHEMA IF NOT EXISTS sluice;
            CREATE TABLE IF NOT EXISTS sluice.ingest_progress (
                id text PRIMARY KEY,
                target text NOT NULL,
                rows bigint NOT NULL,
                updated_at timestamptz NOT NULL DEFAULT now())""";

    private static final String READ = "SELECT target, rows FROM sluice.ingest_progress WHERE id = $1";

    /** Moves only from where this upload left it: a second upload with the same id fails here. */
    private static final String MOVE =
            "INSERT INTO sluice.ingest_progress AS mark (id, target, rows) VALUES ($1, $2, $3)"
                    + " ON CONFLICT (id) DO UPDATE SET rows = excluded.rows, updated_at = now()"
                    + " WHERE mark.rows = $4 AND mark.target = excluded.target";

    private final String id;
    private final String target;

    Bookmark(String id, String target) {
        if (id.isBlank() || id.length() > LONGEST_ID) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "SLUICE206",
                    "Ingest-Id must have 1 to " + LONGEST_ID + " characters, has " + id.length(),
                    null,
                    "A UUID made once for each upload will do.");
        }
        this.id = id;
        this.target = target;
    }

    /** How many rows of the upload are done with; 0 for one that is new. */
    Mono<Long> rows(RoutingConnectionFactory routing) {
        return routing.<Long>write(connection -> read(connection)
                        .onErrorResume(R2dbcBadGrammarException.class, missing -> prepare(connection)
                                .thenMany(Flux.empty())))
                .singleOrEmpty()
                .defaultIfEmpty(0L);
    }

    /** At the first upload of all: later ones need no right to create anything. */
    private static Mono<Void> prepare(RoutedConnection connection) {
        return Flux.from(connection.createStatement(TABLE).execute())
                .flatMap(Result::getRowsUpdated)
                .then()
                // Somebody else makes it at the same moment: then it is there.
                .onErrorResume(R2dbcDataIntegrityViolationException.class, error -> Mono.empty());
    }

    private Flux<Long> read(RoutedConnection connection) {
        return Flux.from(connection.createStatement(READ).bind(0, id).execute())
                .flatMap(result -> result.map(row -> {
                    String known = Objects.requireNonNull(row.get(0, String.class));
                    if (!known.equals(target)) {
                        throw conflict("Ingest-Id '" + id + "' belongs to an upload to '" + known + "'");
                    }
                    return Objects.requireNonNull(row.get(1, Long.class));
                }));
    }

    /** Moves it within the connection's transaction. */
    Mono<Void> move(RoutedConnection connection, long from, long to) {
        return Flux.from(connection
                        .createStatement(MOVE)
                        .bind(0, id)
                        .bind(1, target)
                        .bind(2, to)
                        .bind(3, from)
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum)
                .flatMap(moved -> moved == 1
                        ? Mono.<Void>empty()
                        : Mono.error(
                                conflict("another upload with Ingest-Id '" + id + "' has gone on in the meantime")));
    }

    private static ApiException conflict(String message) {
        return new ApiException(
                HttpStatus.CONFLICT,
                "SLUICE207",
                message,
                null,
                "Use one id for one upload, one connection at a time.");
    }
}
