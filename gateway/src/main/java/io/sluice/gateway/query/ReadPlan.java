package io.sluice.gateway.query;

import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to read from one relation, every name found; relations embedded in it hang below as children.
 *
 * @param alias the relation's name inside the statement, unique in it
 * @param conditions all of which must hold
 */
public record ReadPlan(
        Source source,
        String alias,
        List<Output> outputs,
        List<Predicate> conditions,
        List<Ordering> order,
        Page page,
        List<Child> children) {

    /** One column of the result, or several. */
    sealed interface Output {}

    /** Every column of the relation. */
    record All() implements Output {}

    /** One value under a name. */
    record Named(SelectItem.Value value, String name) implements Output {}

    /** Something that is there in each row, to be counted. */
    record One(String name) implements Output {}

    /** The rows of a child as one JSON value. */
    record Embedded(int child, String name) implements Output {}

    /** The columns of a child, spliced in; some of them are aggregated here and not there. */
    record Spliced(int child, List<Hoisted> hoisted) implements Output {
        public Spliced {
            hoisted = List.copyOf(hoisted);
        }

        /** The aggregate of a child's column, null for a column that is shown as it is. */
        @Nullable
        Hoisted of(String column) {
            for (Hoisted one : hoisted) {
                if (one.column().equals(column)) {
                    return one;
                }
            }
            return null;
        }

        /** What a child's column is called here. */
        String shown(String column) {
            Hoisted one = of(column);
            return one == null ? column : one.name();
        }
    }

    /**
     * An aggregate of a spread row's column. There is one such row only, so that it is meant for the rows around it.
     *
     * @param column what the column is called inside the statement
     * @param name what the client calls the aggregate
     */
    record Hoisted(
            String column,
            String name,
            SelectItem.Aggregate aggregate,
            @Nullable String cast) {}

    /** A sort term; {@code child} is the to-one child whose column it is, or null. */
    record Ordering(@Nullable Integer child, OrderTerm term) {}

    /**
     * An embedded relation.
     *
     * @param inner whether rows without related ones are dropped
     * @param spread whether its columns go into the row around it
     */
    record Child(ReadPlan plan, Relationship relationship, boolean inner, boolean spread) {}

    public ReadPlan {
        outputs = List.copyOf(outputs);
        conditions = List.copyOf(conditions);
        order = List.copyOf(order);
        children = List.copyOf(children);
    }

    /** The same with another page. */
    public ReadPlan withPage(Page other) {
        return new ReadPlan(source, alias, outputs, conditions, order, other, children);
    }

    ReadPlan withOrder(List<Ordering> other) {
        return new ReadPlan(source, alias, outputs, conditions, other, page, children);
    }

    ReadPlan withCondition(Predicate further) {
        List<Predicate> all = new ArrayList<>(conditions);
        all.add(further);
        return new ReadPlan(source, alias, outputs, all, order, page, children);
    }

    ReadPlan withOutputs(List<Output> other) {
        return new ReadPlan(source, alias, other, conditions, order, page, children);
    }

    /** The names of the result's columns, in order; empty where only the query tells. */
    public List<String> columnNames() {
        List<String> names = new ArrayList<>();
        for (Output output : outputs) {
            if (output instanceof Named named) {
                names.add(named.name());
            } else if (output instanceof All) {
                names.addAll(source.columnNames());
            } else if (output instanceof Embedded embedded) {
                if (!children.get(embedded.child()).plan().showsNothing()) {
                    names.add(embedded.name());
                }
            } else if (output instanceof Spliced spliced) {
                children.get(spliced.child()).plan().columnNames().forEach(name -> names.add(spliced.shown(name)));
            } else if (output instanceof One one) {
                names.add(one.name());
            }
        }
        return names;
    }

    /** Whether there is no column; then it is embedded for its filters only. */
    boolean showsNothing() {
        return outputs.stream()
                .allMatch(output -> output instanceof Embedded embedded
                        && children.get(embedded.child()).plan().showsNothing());
    }

    /** The result's columns with their types, in the same order. */
    public List<ResultColumn> columns() {
        return ResultColumn.of(this);
    }

    /** How many rows it yields at most. */
    public long mostRows() {
        long limit = page.limit() == null ? Long.MAX_VALUE : page.limit();
        return namesOneRow() ? Math.min(limit, 1) : limit;
    }

    /** Whether conditions give the whole primary key; a view's is a guess only. */
    private boolean namesOneRow() {
        Table table = source.table();
        if (table == null || table.isView() || table.primaryKey().isEmpty()) {
            return false;
        }
        Set<String> given = new HashSet<>();
        for (Predicate condition : conditions) {
            if (condition instanceof Predicate.Test test
                    && !test.filter().negated()
                    && test.filter().field().path().isEmpty()
                    && test.filter().operation() instanceof Filter.Comparison comparison
                    && comparison.operator() == Filter.Operator.EQ
                    && comparison.quantifier() == null) {
                given.add(test.filter().field().name());
            }
        }
        return given.containsAll(table.primaryKey());
    }

    /** Whether rows are put together by an aggregate; then the other values are what they are grouped by. */
    boolean aggregates() {
        return outputs.stream()
                .anyMatch(output ->
                        (output instanceof Named named && named.value().aggregate() != null)
                                || (output instanceof Spliced spliced
                                        && !spliced.hoisted().isEmpty()));
    }

    /** The columns that are JSON because another relation is embedded in them. */
    Set<String> embeddedNames() {
        Set<String> names = new HashSet<>();
        for (Output output : outputs) {
            if (output instanceof Embedded embedded) {
                names.add(embedded.name());
            } else if (output instanceof Spliced spliced) {
                names.addAll(children.get(spliced.child()).plan().embeddedNames());
            }
        }
        return names;
    }
}
