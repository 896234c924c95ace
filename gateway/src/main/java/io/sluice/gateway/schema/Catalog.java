package io.sluice.gateway.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The catalog's answers as they came, before {@link SchemaAssembly} makes a {@link Schema} of them. */
record Catalog(
        List<ColumnRow> columns,
        List<Constraint> constraints,
        List<Index> indexes,
        List<Function> functions,
        List<ViewTree> views,
        List<MediaHandler> mediaHandlers,
        List<RoleSetting> roleSettings,
        Map<Long, QualifiedName> relations) {

    /** A relation, and one of its columns unless it has none. */
    record ColumnRow(
            QualifiedName relation,
            Table.Kind kind,
            long rowType,
            Table.Writes writes,
            @Nullable String description,
            @Nullable Column column) {}

    /** A constraint; {@code referenced} is null but for foreign keys. */
    record Constraint(
            String name,
            char kind,
            QualifiedName relation,
            List<String> columns,
            @Nullable QualifiedName referenced,
            List<String> referencedColumns) {}

    /** The column that an index begins with. */
    record Index(QualifiedName relation, String column) {}

    /** A configuration parameter that a role wants. */
    record RoleSetting(String role, String name, String value) {}

    record ViewTree(QualifiedName view, List<ViewTargets.Target> targets) {}
}
