package io.sluice.gateway.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table, view, materialized view or foreign table.
 *
 * @param rowType oid of the composite type of its rows
 * @param columns by name, in the table's order
 * @param primaryKey the key's columns in the key's order; for a view those of the table below, where all are there
 * @param uniqueKeys column lists of the unique constraints, the primary key not among them
 * @param indexed columns that an index of all rows begins with
 * @param writes what PostgreSQL lets somebody with the rights do to it, triggers counted
 */
public record Table(
        QualifiedName name,
        Kind kind,
        long rowType,
        Map<String, Column> columns,
        List<String> primaryKey,
        List<List<String>> uniqueKeys,
        Set<String> indexed,
        Writes writes,
        @Nullable String description) {

    /** What kind of relation it is. */
    public enum Kind {
        TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN_TABLE
    }

    /** Which writes the relation takes. */
    public record Writes(boolean insert, boolean update, boolean delete) {}

    public Table {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        primaryKey = List.copyOf(primaryKey);
        uniqueKeys = List.copyOf(uniqueKeys);
        indexed = Set.copyOf(indexed);
    }

    public boolean isView() {
        return kind == Kind.VIEW || kind == Kind.MATERIALIZED_VIEW;
    }

    public @Nullable Column column(String column) {
        return columns.get(column);
    }

    Table withPrimaryKey(List<String> key) {
        return new Table(name, kind, rowType, columns, key, uniqueKeys, indexed, writes, description);
    }
}
