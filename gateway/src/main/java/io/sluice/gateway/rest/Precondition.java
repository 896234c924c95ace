package io.sluice.gateway.rest;

import io.r2dbc.spi.Connection;
import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.execute.Statements;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.RowShape;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStream;
import io.sluice.gateway.text.EntityTag;
import java.util.List;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code If-Match}: the row must still be what its reader saw. It is locked first, then looked at, and written by the
 * same transaction, so that nobody comes between.
 *
 * @param tags the header
 * @param lock locks the row; yields a row for it
 * @param read the row as a {@code GET} of the same URL shows it
 */
record Precondition(List<String> tags, Sql lock, Sql read, List<String> columns, boolean stripped) {

    static Precondition of(List<String> tags, ReadPlan row, boolean stripped, SqlRenderer renderer) {
        return new Precondition(
                tags,
                renderer.lock(row),
                renderer.read(row, stripped ? RowShape.STRIPPED_OBJECT : RowShape.COLUMNS),
                row.columnNames(),
                stripped);
    }

    /** Completes where the write may go on; {@code ApiException} 412 where not. Inside the write's transaction. */
    Mono<Void> check(Connection connection) {
        Mono<Long> locked = Flux.from(Statements.of(connection, lock).execute())
                .concatMap(result -> result.map((row, metadata) -> 1))
                .count();
        return locked.flatMap(rows -> {
            if (rows != 1) {
                return Mono.error(failed("There is no such row"));
            }
            return EntityTag.isAny(tags) ? Mono.empty() : compare(connection);
        });
    }

    private Mono<Void> compare(Connection connection) {
        RowStream rows = RowStream.of(stripped ? RowFormat.JSON_VALUES : RowFormat.JSON, columns);
        return DataBufferUtils.join(rows.rows(Statements.of(connection, read)).concatMap(Function.identity(), 1))
                .map(Precondition::bytes)
                .flatMap(bytes -> matches(bytes) ? Mono.empty() : Mono.<Void>error(failed("The row was changed")))
                .doFinally(end -> rows.giveBack());
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    /** As an array of one element, or as the element alone: whichever form was read. */
    private boolean matches(byte[] array) {
        return EntityTag.names(tags, EntityTag.of(array, 0, array.length))
                || EntityTag.names(tags, EntityTag.of(array, 1, array.length - 2));
    }

    static ApiException failed(String message) {
        return new ApiException(
                HttpStatus.PRECONDITION_FAILED,
                "SLUICE112",
                message,
                null,
                "Read it again, with the same filter and select, and send the ETag of that.");
    }
}
