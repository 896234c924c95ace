package io.sluice.gateway.query;

import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a write has to return so that what it wrote can be shown as asked for. Pure. */
final class Returning {

    private Returning() {}

    /** As few as the answer needs, since the role may not be allowed to read the others; null for all of them. */
    static @Nullable List<String> columns(Table table, ReadPlan representation) {
        Set<String> needed = new LinkedHashSet<>();
        for (ReadPlan.Output output : representation.outputs()) {
            if (output instanceof ReadPlan.Named named) {
                String column = named.value().field().name();
                if (column.equals(Field.ALL)) {
                    return null;
                }
                needed.add(column);
            } else if (output instanceof ReadPlan.All) {
                return null;
            }
        }
        for (ReadPlan.Ordering ordering : representation.order()) {
            if (ordering.child() == null) {
                needed.add(ordering.term().field().name());
            }
        }
        for (ReadPlan.Child child : representation.children()) {
            if (child.relationship() instanceof Relationship.Key key) {
                key.pairs().forEach(pair -> needed.add(pair.column()));
            } else if (child.relationship() instanceof Relationship.Junction through) {
                through.toJunction().forEach(pair -> needed.add(pair.column()));
            } else {
                return null;
            }
        }
        needed.retainAll(table.columns().keySet());
        return List.copyOf(needed);
    }

    /** The computed columns that the answer shows. */
    static List<String> computed(Table table, ReadPlan representation) {
        List<String> computed = new ArrayList<>();
        for (ReadPlan.Output output : representation.outputs()) {
            if (output instanceof ReadPlan.Named named) {
                String name = named.value().field().name();
                if (table.column(name) == null
                        && representation.source().computed().containsKey(name)
                        && !computed.contains(name)) {
                    computed.add(name);
                }
            }
        }
        return computed;
    }
}
