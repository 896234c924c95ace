package io.sluice.gateway.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes a {@link Schema} of the catalog's rows. */
final class SchemaAssembly {

    private static final char PRIMARY = 'p';
    private static final char UNIQUE = 'u';

    private SchemaAssembly() {}

    static Schema assemble(Catalog catalog) {
        Map<QualifiedName, List<String>> primaryKeys = new LinkedHashMap<>();
        Map<QualifiedName, List<List<String>>> uniqueKeys = new LinkedHashMap<>();
        List<ForeignKey> foreignKeys = new ArrayList<>();
        for (Catalog.Constraint constraint : catalog.constraints()) {
            if (constraint.kind() == PRIMARY) {
                primaryKeys.put(constraint.relation(), constraint.columns());
            } else if (constraint.kind() == UNIQUE) {
                uniqueKeys
                        .computeIfAbsent(constraint.relation(), name -> new ArrayList<>())
                        .add(constraint.columns());
            } else {
                foreignKeys.add(foreignKey(constraint));
            }
        }
        Map<QualifiedName, Set<String>> indexed = new LinkedHashMap<>();
        for (Catalog.Index index : catalog.indexes()) {
            indexed.computeIfAbsent(index.relation(), name -> new HashSet<>()).add(index.column());
        }
        Map<QualifiedName, Table> tables = new LinkedHashMap<>();
        columnsByRelation(catalog).forEach((name, rows) -> {
            List<String> primaryKey = primaryKeys.getOrDefault(name, List.of());
            tables.put(
                    name,
                    table(
                            rows,
                            primaryKey,
                            uniqueKeys.getOrDefault(name, List.of()),
                            indexed.getOrDefault(name, Set.of())));
        });
        ViewColumns views = ViewColumns.of(catalog, tables);
        views.primaryKeys(tables)
                .forEach((view, key) -> tables.computeIfPresent(view, (name, table) -> table.withPrimaryKey(key)));
        return Schema.of(
                tables,
                foreignKeys,
                views,
                functionsByName(catalog),
                new MediaHandlers(catalog.mediaHandlers()),
                roleSettings(catalog));
    }

    /** A later setting counts more: those of this database come last. */
    private static Map<String, Map<String, String>> roleSettings(Catalog catalog) {
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        for (Catalog.RoleSetting setting : catalog.roleSettings()) {
            settings.computeIfAbsent(setting.role(), role -> new LinkedHashMap<>())
                    .put(setting.name(), setting.value());
        }
        return settings;
    }

    private static ForeignKey foreignKey(Catalog.Constraint constraint) {
        return new ForeignKey(
                constraint.name(),
                constraint.relation(),
                constraint.columns(),
                Objects.requireNonNull(constraint.referenced()),
                constraint.referencedColumns());
    }

    private static Map<QualifiedName, List<Catalog.ColumnRow>> columnsByRelation(Catalog catalog) {
        Map<QualifiedName, List<Catalog.ColumnRow>> relations = new LinkedHashMap<>();
        for (Catalog.ColumnRow row : catalog.columns()) {
            relations.computeIfAbsent(row.relation(), name -> new ArrayList<>()).add(row);
        }
        return relations;
    }

    private static Table table(
            List<Catalog.ColumnRow> rows, List<String> primaryKey, List<List<String>> uniqueKeys, Set<String> indexed) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Catalog.ColumnRow row : rows) {
            if (row.column() != null) {
                columns.put(row.column().name(), row.column());
            }
        }
        Catalog.ColumnRow first = rows.get(0);
        return new Table(
                first.relation(),
                first.kind(),
                first.rowType(),
                columns,
                primaryKey,
                uniqueKeys,
                indexed,
                first.writes(),
                first.description());
    }

    private static Map<QualifiedName, List<Function>> functionsByName(Catalog catalog) {
        Map<QualifiedName, List<Function>> functions = new LinkedHashMap<>();
        for (Function function : catalog.functions()) {
            functions
                    .computeIfAbsent(function.name(), name -> new ArrayList<>())
                    .add(function);
        }
        return functions;
    }
}
