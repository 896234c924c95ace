package io.sluice.gateway.ingest;

import io.r2dbc.spi.Result;
import io.sluice.gateway.error.Problem;
import io.sluice.routing.RoutedConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes the good rows of a segment and sets the bad ones aside, in a few round trips however many they are. */
final class Sieve {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Sieve() {}

    /**
     * What came of it.
     *
     * @param status the HTTP status of the first error as an answer of its own
     * @param errors those that are described, at most as many as asked for
     */
    record Sifted(long written, long rejected, int status, List<RowError> errors) {}

    /**
     * Sifts the segment inside the transaction, or savepoint, that the connection is in.
     *
     * <p>Fails with a {@link Misfit} where the rows cannot even be staged as texts.
     */
    static Mono<Sifted> sift(RoutedConnection connection, Segment segment, String conflict, int errorLimit) {
        SieveSql sql = new SieveSql(segment);
        return execute(connection, sql.stage())
                .then(connection.copyIn(sql.copy(), segment.frames(0, segment.rowCount())))
                .then(execute(connection, SieveSql.INDEX))
                .then(execute(connection, sql.sift(conflict, errorLimit)))
                .then(result(connection))
                .flatMap(text -> execute(connection, SieveSql.DROP).thenReturn(text))
                .map(text -> sifted(JSON.readTree(text), segment))
                .onErrorMap(Misfit::orItself);
    }

    private static Sifted sifted(JsonNode result, Segment segment) {
        List<RowError> errors = new ArrayList<>();
        for (JsonNode error : result.path("errors")) {
            int index = error.path("row").asInt() - 1;
            errors.add(new RowError(
                    segment.row(index),
                    segment.line(index),
                    text(error, "column"),
                    text(error, "constraint"),
                    error.path("code").asString(""),
                    error.path("message").asString(""),
                    text(error, "details"),
                    text(error, "hint")));
        }
        int status = errors.isEmpty()
                ? 400
                : Problem.statusOf(errors.get(0).code(), errors.get(0).message());
        return new Sifted(
                result.path("written").asLong(), result.path("rejected").asLong(), status, errors);
    }

    private static @Nullable String text(JsonNode error, String name) {
        JsonNode value = error.path(name);
        return value.isString() ? value.asString() : null;
    }

    private static Mono<String> result(RoutedConnection connection) {
        return Flux.from(connection.createStatement(SieveSql.RESULT).execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .single();
    }

    private static Mono<Void> execute(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }
}
