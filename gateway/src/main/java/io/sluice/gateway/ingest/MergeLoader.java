package io.sluice.gateway.ingest;

import io.r2dbc.spi.Result;
import io.sluice.gateway.schema.Table;
import io.sluice.routing.RoutedConnection;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * COPY into a stage, a temporary table of the transaction, then one INSERT from it that settles conflicts. Of rows of
 * one batch with the same key, the last one counts where rows update, the first where conflicts are ignored.
 *
 * <p>The stage has no defaults, so the target must not be one with markers.
 */
final class MergeLoader implements Loader {

    private static final String STAGE = "pg_temp.sluice_stage";
    private static final String ORDER = "sluice_order";

    private final OnConflict onConflict;

    MergeLoader(OnConflict onConflict) {
        this.onConflict = onConflict;
    }

    @Override
    public Mono<Long> load(RoutedConnection connection, Segment segment, int from, int to) {
        Table table = segment.target().table();
        List<String> columns = columns(segment);
        return execute(connection, stage(table, columns))
                .then(copy(connection, segment, columns, from, to))
                .then(execute(connection, merge(table, columns)))
                .flatMap(written -> execute(connection, "DROP TABLE " + STAGE).thenReturn(written))
                .onErrorMap(Misfit::orItself);
    }

    @Override
    public String onConflict(Segment segment) {
        return onConflict.clause(columns(segment));
    }

    private static List<String> columns(Segment segment) {
        List<String> columns = new ArrayList<>();
        for (int position : segment.columns()) {
            columns.add(segment.target().columns().get(position).name());
        }
        return columns;
    }

    private static String stage(Table table, List<String> columns) {
        return "CREATE TEMPORARY TABLE sluice_stage ON COMMIT DROP AS SELECT " + OnConflict.quoted(columns) + " FROM "
                + table.name().quoted() + " WITH NO DATA; ALTER TABLE " + STAGE + " ADD COLUMN " + ORDER
                + " bigint GENERATED ALWAYS AS IDENTITY";
    }

    private static Mono<Long> copy(
            RoutedConnection connection, Segment segment, List<String> columns, int from, int to) {
        String sql = "COPY " + STAGE + " (" + OnConflict.quoted(columns) + ") FROM STDIN";
        return connection.copyIn(sql, segment.frames(from, to));
    }

    private String merge(Table table, List<String> columns) {
        String names = OnConflict.quoted(columns);
        String rows = onConflict.update()
                ? "(SELECT DISTINCT ON (" + OnConflict.quoted(onConflict.key()) + ") * FROM " + STAGE + " ORDER BY "
                        + OnConflict.quoted(onConflict.key()) + ", " + ORDER + " DESC) AS stage"
                : STAGE + " AS stage";
        return "INSERT INTO " + table.name().quoted() + " (" + names + ") SELECT " + names + " FROM " + rows
                + " ORDER BY " + ORDER + onConflict.clause(columns);
    }

    private static Mono<Long> execute(RoutedConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }
}
