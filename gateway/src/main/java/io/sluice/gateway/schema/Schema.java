package io.sluice.gateway.schema;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The database as one immutable value: every relation, key and function outside the system schemas. Which of its
 * schemas are exposed is the reader's matter.
 *
 * @param tables relations by name
 * @param foreignKeys the foreign keys as declared, between tables
 * @param functions callable functions by name, overloads together with the fewest parameters first
 */
public record Schema(
        Map<QualifiedName, Table> tables, List<ForeignKey> foreignKeys, Map<QualifiedName, List<Function>> functions) {

    public static final Schema EMPTY = new Schema(Map.of(), List.of(), Map.of());

    public Schema {
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
        foreignKeys = List.copyOf(foreignKeys);
        functions = Collections.unmodifiableMap(new TreeMap<>(functions));
    }

    public @Nullable Table table(QualifiedName name) {
        return tables.get(name);
    }

    public @Nullable Table table(String schema, String name) {
        return tables.get(new QualifiedName(schema, name));
    }

    /** The overloads of a function; empty where there is none of this name. */
    public List<Function> functions(QualifiedName name) {
        return functions.getOrDefault(name, List.of());
    }
}
