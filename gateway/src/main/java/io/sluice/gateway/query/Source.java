package io.sluice.gateway.query;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where rows come from, and which columns they have.
 *
 * @param from the relation in {@code FROM}; null where a common table expression of this statement is read
 * @param name the relation's name as the client knows it
 * @param columns name and base type of each column; null where they are not known before the query runs
 * @param table the table or view behind the rows, if there is one
 * @param computed functions of one row that act as further columns, by name
 */
public record Source(
        @Nullable QualifiedName from,
        QualifiedName name,
        @Nullable Map<String, Long> columns,
        @Nullable Table table,
        Map<String, Function> computed) {

    /** The name under which a write or a call is read in the same statement. */
    static final String COMMON = "sluice_source";

    /** A table or view, read itself. */
    public static Source of(Table table, Map<String, Function> computed) {
        return new Source(table.name(), table.name(), types(table), table, computed);
    }

    /** What a write to {@code table} returned. */
    public static Source returned(Table table, Map<String, Function> computed) {
        return new Source(null, table.name(), types(table), table, computed);
    }

    private static Map<String, Long> types(Table table) {
        Map<String, Long> types = new LinkedHashMap<>();
        for (Column column : table.columns().values()) {
            types.put(column.name(), column.baseTypeOid());
        }
        return types;
    }

    /** What is known about a stored column. */
    @Nullable
    Column known(String column) {
        return table == null ? null : table.column(column);
    }

    /** Casts of a column's own. */
    Column.Converters converters(String column) {
        Column known = known(column);
        return known == null ? Column.Converters.NONE : known.converters();
    }

    /** Whether a column is shown in another form than PostgreSQL's own. */
    boolean converts() {
        return table != null
                && table.columns().values().stream()
                        .anyMatch(column -> column.converters().toJson() != null);
    }

    boolean has(String column) {
        return columns == null || columns.containsKey(column) || computed.containsKey(column);
    }

    List<String> columnNames() {
        return columns == null ? List.of() : List.copyOf(columns.keySet());
    }
}
