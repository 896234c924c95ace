package io.sluice.gateway.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the current role may do in one schema.
 *
 * @param tables relations on which something is allowed, by name
 * @param functions names of functions that may be called
 */
public record Privileges(Map<String, Rights> tables, Set<String> functions) {

    /** What may be done with a relation, be it with some of its columns only. */
    public record Rights(boolean select, boolean insert, boolean update, boolean delete) {

        private boolean any() {
            return select || insert || update || delete;
        }
    }

    /** Asks for the privileges in the schema {@code $1}: one row with one text. Run it as the role. */
    public static final String SQL = """
            SELECT json_build_object(
              'tables', (SELECT coalesce(json_object_agg(c.relname, json_build_array(
                  has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'),
                  has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT'),
                  has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'),
                  has_table_privilege(c.oid, 'DELETE'))), '{}')
                FROM pg_class c
                WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition),
              'functions', (SELECT coalesce(json_agg(DISTINCT p.proname), '[]')
                FROM pg_proc p
                WHERE p.pronamespace = n.oid AND p.prokind = 'f' AND has_function_privilege(p.oid, 'EXECUTE')))::text
            FROM pg_namespace n
            WHERE n.nspname = $1 AND has_schema_privilege(n.oid, 'USAGE')""";

    /** Nothing is allowed. */
    public static final Privileges NONE = new Privileges(Map.of(), Set.of());

    /** Reads the answer to {@link #SQL}. */
    public static Privileges read(String json) {
        JsonNode root = JsonMapper.shared().readTree(json);
        Map<String, Rights> tables = new LinkedHashMap<>();
        root.path("tables").properties().forEach(table -> {
            JsonNode flags = table.getValue();
            Rights rights = new Rights(
                    flags.path(0).asBoolean(),
                    flags.path(1).asBoolean(),
                    flags.path(2).asBoolean(),
                    flags.path(3).asBoolean());
            if (rights.any()) {
                tables.put(table.getKey(), rights);
            }
        });
        Set<String> functions = new TreeSet<>();
        root.path("functions").forEach(name -> functions.add(name.asString()));
        return new Privileges(tables, functions);
    }

    @Nullable
    Rights of(String table) {
        return tables.get(table);
    }
}
