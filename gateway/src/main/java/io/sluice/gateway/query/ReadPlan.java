package io.sluice.gateway.query;

import io.sluice.gateway.schema.Relationship;
import java.util.ArrayList;
import java.util.List;
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

    /** The rows of a child as one JSON value. */
    record Embedded(int child, String name) implements Output {}

    /** The columns of a child, spliced in. */
    record Spliced(int child) implements Output {}

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

    /** The names of the result's columns, in order; empty where only the query tells. */
    public List<String> columnNames() {
        return ReadSql.names(this);
    }

    /** Whether rows are put together by an aggregate; then the other values are what they are grouped by. */
    boolean aggregates() {
        return outputs.stream()
                .anyMatch(
                        output -> output instanceof Named named && named.value().aggregate() != null);
    }
}
