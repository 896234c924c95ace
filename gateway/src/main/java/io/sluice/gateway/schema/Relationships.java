package io.sluice.gateway.schema;

import io.sluice.gateway.schema.Relationship.Cardinality;
import io.sluice.gateway.schema.Relationship.Junction;
import io.sluice.gateway.schema.Relationship.Pair;
import io.sluice.gateway.schema.ViewColumns.Stand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Derives every relationship from keys and functions. Pure. */
final class Relationships {

    private Relationships() {}

    /** Relationships by the relation they start from. */
    static Map<QualifiedName, List<Relationship>> derive(
            Map<QualifiedName, Table> tables,
            List<ForeignKey> foreignKeys,
            ViewColumns views,
            Map<QualifiedName, List<Function>> functions) {
        Map<QualifiedName, List<Relationship.Key>> outgoing = new LinkedHashMap<>();
        Map<QualifiedName, List<Relationship>> all = new TreeMap<>();
        for (ForeignKey key : foreignKeys) {
            Table table = tables.get(key.table());
            if (table != null && tables.containsKey(key.referenced())) {
                for (Relationship.Key forward : forwards(table, key, views)) {
                    outgoing.computeIfAbsent(forward.table(), name -> new ArrayList<>())
                            .add(forward);
                    add(all, forward);
                    add(all, backward(forward));
                }
            }
        }
        outgoing.forEach((name, keys) -> addJunctions(Objects.requireNonNull(tables.get(name)), keys, all));
        addComputed(tables, functions, all);
        return all;
    }

    /** The key itself, and with views that show its columns in the place of either table. */
    private static List<Relationship.Key> forwards(Table table, ForeignKey key, ViewColumns views) {
        List<Stand> from = new ArrayList<>(List.of(new Stand(key.table(), key.columns())));
        from.addAll(views.standingFor(key.table(), key.columns()));
        List<Stand> to = new ArrayList<>(List.of(new Stand(key.referenced(), key.referencedColumns())));
        to.addAll(views.standingFor(key.referenced(), key.referencedColumns()));
        Cardinality cardinality = isUnique(table, key.columns()) ? Cardinality.ONE_TO_ONE : Cardinality.MANY_TO_ONE;
        List<Relationship.Key> forwards = new ArrayList<>();
        for (Stand one : from) {
            for (Stand other : to) {
                forwards.add(new Relationship.Key(
                        one.view(),
                        other.view(),
                        cardinality,
                        key.name(),
                        true,
                        pairs(one.columns(), other.columns())));
            }
        }
        return forwards;
    }

    private static List<Pair> pairs(List<String> columns, List<String> foreignColumns) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            pairs.add(new Pair(columns.get(i), foreignColumns.get(i)));
        }
        return pairs;
    }

    private static void add(Map<QualifiedName, List<Relationship>> all, Relationship relationship) {
        all.computeIfAbsent(relationship.table(), name -> new ArrayList<>()).add(relationship);
    }

    private static boolean isUnique(Table table, List<String> columns) {
        Set<String> wanted = new HashSet<>(columns);
        return wanted.equals(new HashSet<>(table.primaryKey()))
                || table.uniqueKeys().stream().anyMatch(unique -> wanted.equals(new HashSet<>(unique)));
    }

    private static Relationship.Key backward(Relationship.Key key) {
        Cardinality cardinality =
                key.cardinality() == Cardinality.ONE_TO_ONE ? Cardinality.ONE_TO_ONE : Cardinality.ONE_TO_MANY;
        return new Relationship.Key(
                key.foreign(), key.table(), cardinality, key.constraint(), false, reversed(key.pairs()));
    }

    private static List<Pair> reversed(List<Pair> pairs) {
        return pairs.stream()
                .map(pair -> new Pair(pair.foreignColumn(), pair.column()))
                .toList();
    }

    /** A table whose primary key contains two foreign keys relates the tables they reference. */
    private static void addJunctions(
            Table junction, List<Relationship.Key> keys, Map<QualifiedName, List<Relationship>> all) {
        for (Relationship.Key one : keys) {
            for (Relationship.Key other : keys) {
                if (!one.constraint().equals(other.constraint())
                        && isInPrimaryKey(junction, one)
                        && isInPrimaryKey(junction, other)) {
                    add(
                            all,
                            new Junction(
                                    one.foreign(),
                                    other.foreign(),
                                    junction.name(),
                                    one.constraint(),
                                    other.constraint(),
                                    reversed(one.pairs()),
                                    other.pairs()));
                }
            }
        }
    }

    private static boolean isInPrimaryKey(Table junction, Relationship.Key key) {
        return key.pairs().stream().allMatch(pair -> junction.primaryKey().contains(pair.column()));
    }

    /** A function of one row that returns rows of a table, as a set or at most one. */
    private static void addComputed(
            Map<QualifiedName, Table> tables,
            Map<QualifiedName, List<Function>> functions,
            Map<QualifiedName, List<Relationship>> all) {
        Map<Long, QualifiedName> byRowType = new LinkedHashMap<>();
        tables.values().forEach(table -> byRowType.put(table.rowType(), table.name()));
        for (List<Function> overloads : functions.values()) {
            for (Function function : overloads) {
                QualifiedName foreign = byRowType.get(function.returns().typeOid());
                if (function.parameters().size() != 1 || foreign == null) {
                    continue;
                }
                QualifiedName table = byRowType.get(function.parameters().get(0).typeOid());
                if (table != null) {
                    boolean toOne = !function.returns().set() || function.returnsAtMostOneRow();
                    add(all, new Relationship.Computed(table, foreign, function.name(), toOne));
                }
            }
        }
    }
}
