package io.sluice.gateway.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The database as one immutable value: every relation, key and function outside the system schemas. Which of its
 * schemas are exposed is the reader's matter.
 *
 * @param tables relations by name
 * @param relationships how rows of a table lead to rows of others, by the table they start from
 * @param functions callable functions by name, overloads together with the fewest parameters first
 * @param computedColumns functions of one row that yield a value, by the oid of the row's type
 * @param mediaHandlers media types defined in SQL
 * @param roleSettings the configuration parameters of {@code ALTER ROLE .. SET}, by role
 */
public record Schema(
        Map<QualifiedName, Table> tables,
        Map<QualifiedName, List<Relationship>> relationships,
        Map<QualifiedName, List<Function>> functions,
        Map<Long, Map<String, Function>> computedColumns,
        MediaHandlers mediaHandlers,
        Map<String, Map<String, String>> roleSettings) {

    /** An empty database. */
    public static final Schema EMPTY = new Schema(Map.of(), Map.of(), Map.of(), Map.of(), MediaHandlers.NONE, Map.of());

    public Schema {
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
        relationships = Collections.unmodifiableMap(new TreeMap<>(relationships));
        functions = Collections.unmodifiableMap(new TreeMap<>(functions));
        computedColumns = Map.copyOf(computedColumns);
        roleSettings = Map.copyOf(roleSettings);
    }

    /** The schema of these objects, with what follows from them. */
    static Schema of(
            Map<QualifiedName, Table> tables,
            List<ForeignKey> foreignKeys,
            ViewColumns views,
            Map<QualifiedName, List<Function>> functions,
            MediaHandlers mediaHandlers,
            Map<String, Map<String, String>> roleSettings) {
        return new Schema(
                tables,
                Relationships.derive(tables, foreignKeys, views, functions),
                functions,
                computedColumns(functions.values()),
                mediaHandlers,
                roleSettings);
    }

    private static Map<Long, Map<String, Function>> computedColumns(Iterable<List<Function>> functions) {
        Map<Long, Map<String, Function>> computed = new LinkedHashMap<>();
        for (List<Function> overloads : functions) {
            for (Function function : overloads) {
                if (function.parameters().size() == 1 && !function.returns().set()) {
                    computed.computeIfAbsent(function.parameters().get(0).typeOid(), oid -> new LinkedHashMap<>())
                            .put(function.name().name(), function);
                }
            }
        }
        return computed;
    }

    /** The functions that act as further columns of {@code table}, by name. */
    public Map<String, Function> computedColumns(Table table) {
        return computedColumns.getOrDefault(table.rowType(), Map.of());
    }

    /** Relationships that start from a relation; empty where there are none. */
    public List<Relationship> relationships(QualifiedName table) {
        return relationships.getOrDefault(table, List.of());
    }

    /** What a role wants set in its transactions; empty for none. */
    public Map<String, String> settingsOf(@Nullable String role) {
        return role == null ? Map.of() : roleSettings.getOrDefault(role, Map.of());
    }

    /** The names of the relations in one schema. */
    public List<String> tableNames(String schema) {
        List<String> names = new ArrayList<>();
        for (QualifiedName name : tables.keySet()) {
            if (name.schema().equals(schema)) {
                names.add(name.name());
            }
        }
        return names;
    }

    /** The names of the functions in one schema. */
    public List<String> functionNames(String schema) {
        List<String> names = new ArrayList<>();
        for (QualifiedName name : functions.keySet()) {
            if (name.schema().equals(schema) && !functions(name).isEmpty()) {
                names.add(name.name());
            }
        }
        return names;
    }

    public @Nullable Table table(QualifiedName name) {
        return tables.get(name);
    }

    public @Nullable Table table(String schema, String name) {
        return tables.get(new QualifiedName(schema, name));
    }

    /** The overloads of a function that can be called; empty where there is none of this name. */
    public List<Function> functions(QualifiedName name) {
        return functions.getOrDefault(name, List.of()).stream()
                .filter(Function::isCallable)
                .toList();
    }
}
