package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The table that an upload goes to, its columns by position in the table and by the bytes of their names.
 *
 * @param required columns that every row must name
 * @param sparse what is done with rows that leave columns out
 */
record Target(Table table, List<TargetColumn> columns, Sparse sparse, List<String> required) {

    Target {
        columns = List.copyOf(columns);
        required = List.copyOf(required);
    }

    static Target of(Table table, Sparse sparse, List<String> required) {
        List<TargetColumn> columns = new ArrayList<>();
        for (Column column : table.columns().values()) {
            columns.add(new TargetColumn(column, columns.size()));
        }
        return new Target(table, columns, sparse, required);
    }

    /**
     * The position of the column whose name stands in these bytes.
     *
     * @param guess the position to look at first
     * @throws RowRefusal where no column has this name
     */
    int position(byte[] bytes, int from, int to, int guess) {
        if (guess < columns.size() && columns.get(guess).named(bytes, from, to)) {
            return guess;
        }
        for (TargetColumn column : columns) {
            if (column.named(bytes, from, to)) {
                return column.position();
            }
        }
        throw unknown(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private RowRefusal unknown(String name) {
        return new RowRefusal(
                "PGRST204",
                "Could not find the '" + name + "' column of '" + table.name().name() + "'",
                name,
                Names.hint(name, table.columns().keySet()));
    }

    /** Makes sure that the row names the required columns. */
    void requireColumns(Row row) {
        for (String name : required) {
            for (TargetColumn column : columns) {
                if (column.name().equals(name) && !row.names(column.position())) {
                    throw new RowRefusal("PGRST102", "the row does not name the key column '" + name + "'", name, null);
                }
            }
        }
    }

    /** Whether a row may leave the column out although its segment has it. */
    boolean omittable(int position) {
        return switch (columns.get(position).absence()) {
            case NULL -> true;
            case DEFAULT -> sparse == Sparse.MARKED;
            case UNKNOWN -> false;
        };
    }

    /** A column that takes a marker, for rows that leave every column to its default. */
    int anyColumn() {
        for (TargetColumn column : columns) {
            if (column.absence() == TargetColumn.Absence.DEFAULT
                    && column.generation() != Column.Generation.EXPRESSION) {
                return column.position();
            }
        }
        throw new RowRefusal("PGRST102", "the row names no column", null, null);
    }

    /** {@code COPY} of the columns at these positions. */
    String copy(int[] positions, boolean withMarkers) {
        StringBuilder sql =
                new StringBuilder("COPY ").append(table.name().quoted()).append(" (");
        for (int i = 0; i < positions.length; i++) {
            sql.append(i == 0 ? "" : ",")
                    .append(QualifiedName.quote(columns.get(positions[i]).name()));
        }
        sql.append(") FROM STDIN");
        return withMarkers ? sql.append(" (DEFAULT '\\D')").toString() : sql.toString();
    }
}
