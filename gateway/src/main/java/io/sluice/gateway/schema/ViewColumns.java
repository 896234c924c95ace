package io.sluice.gateway.schema;

import io.sluice.gateway.schema.ViewTargets.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which columns of which tables the views show, through any number of views in between. */
final class ViewColumns {

    /** Combinations beyond this are not followed: a view that shows a key so many times is not about that key. */
    private static final int MOST_COMBINATIONS = 64;

    private final Map<QualifiedName, List<Shown>> views = new LinkedHashMap<>();

    /** Column {@code column} of a view shows {@code tableColumn} of {@code table}. */
    record Shown(String column, QualifiedName table, String tableColumn) {}

    /** A view in the place of a table, its columns in the order of the table's that were asked for. */
    record Stand(QualifiedName view, List<String> columns) {}

    private ViewColumns() {}

    static ViewColumns of(Catalog catalog, Map<QualifiedName, Table> tables) {
        Map<QualifiedName, List<Target>> targets = new HashMap<>();
        catalog.views().forEach(view -> targets.put(view.view(), view.targets()));
        ViewColumns columns = new ViewColumns();
        for (QualifiedName view : targets.keySet()) {
            columns.resolve(view, targets, catalog.relations(), tables, new HashSet<>());
        }
        return columns;
    }

    private List<Shown> resolve(
            QualifiedName view,
            Map<QualifiedName, List<Target>> targets,
            Map<Long, QualifiedName> relations,
            Map<QualifiedName, Table> tables,
            Set<QualifiedName> above) {
        List<Shown> known = views.get(view);
        if (known != null) {
            return known;
        }
        List<Shown> shown = new ArrayList<>();
        if (!above.add(view)) {
            return shown;
        }
        for (Target target : targets.getOrDefault(view, List.of())) {
            String column = columnAt(tables.get(view), target.position());
            QualifiedName origin = relations.get(target.origin());
            String originColumn = origin == null ? null : columnAt(tables.get(origin), target.originColumn());
            if (column == null || origin == null || originColumn == null) {
                continue;
            }
            if (!targets.containsKey(origin)) {
                shown.add(new Shown(column, origin, originColumn));
                continue;
            }
            for (Shown below : resolve(origin, targets, relations, tables, above)) {
                if (below.column().equals(originColumn)) {
                    shown.add(new Shown(column, below.table(), below.tableColumn()));
                }
            }
        }
        above.remove(view);
        views.put(view, shown);
        return shown;
    }

    private static @Nullable String columnAt(@Nullable Table table, int position) {
        if (table == null) {
            return null;
        }
        for (Column column : table.columns().values()) {
            if (column.position() == position) {
                return column.name();
            }
        }
        return null;
    }

    /** Every view that shows all of these columns of a table, once for each way in which it does. */
    List<Stand> standingFor(QualifiedName table, List<String> columns) {
        List<Stand> stands = new ArrayList<>();
        views.forEach((view, shown) ->
                combinations(shown, table, columns).forEach(combination -> stands.add(new Stand(view, combination))));
        return stands;
    }

    private static List<List<String>> combinations(List<Shown> shown, QualifiedName table, List<String> columns) {
        List<List<String>> combinations = List.of(List.of());
        for (String column : columns) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> combination : combinations) {
                for (Shown candidate : shown) {
                    if (candidate.table().equals(table)
                            && candidate.tableColumn().equals(column)) {
                        List<String> next = new ArrayList<>(combination);
                        next.add(candidate.column());
                        longer.add(next);
                    }
                }
            }
            if (longer.isEmpty() || longer.size() > MOST_COMBINATIONS) {
                return List.of();
            }
            combinations = longer;
        }
        return combinations;
    }

    /** The columns of a view that are primary keys of the tables below it. */
    Map<QualifiedName, List<String>> primaryKeys(Map<QualifiedName, Table> tables) {
        Map<QualifiedName, List<String>> keys = new LinkedHashMap<>();
        for (Table table : tables.values()) {
            if (table.primaryKey().isEmpty()) {
                continue;
            }
            for (Stand stand : standingFor(table.name(), table.primaryKey())) {
                List<String> key = keys.computeIfAbsent(stand.view(), view -> new ArrayList<>());
                stand.columns().stream().filter(column -> !key.contains(column)).forEach(key::add);
            }
        }
        return keys;
    }
}
