package io.sluice.gateway.query;

import io.sluice.gateway.query.ApiQuery.At;
import io.sluice.gateway.query.ReadPlan.Child;
import io.sluice.gateway.query.ReadPlan.Ordering;
import io.sluice.gateway.query.ReadPlan.Output;
import io.sluice.gateway.query.SelectItem.Join;
import io.sluice.gateway.query.SelectItem.Related;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Query and schema to a plan: finds every name or says which one is unknown and what it may have been. */
public final class ReadPlanner {

    private final Schema schema;
    private final PlanLimits limits;
    private int aliases;

    private ReadPlanner(Schema schema, PlanLimits limits) {
        this.schema = schema;
        this.limits = limits;
    }

    /** Plans the reading of {@code source}. Throws {@code ApiException} for names that are not there. */
    public static ReadPlan plan(ApiQuery query, Source source, Schema schema, PlanLimits limits) {
        return new ReadPlanner(schema, limits).root(query, source);
    }

    /** Finds the names of conditions on a relation alone. */
    static List<Predicate> predicates(List<Condition> conditions, Source source) {
        ReadPlanner planner = new ReadPlanner(Schema.EMPTY, new PlanLimits(List.of(), null, false, false));
        return conditions.stream()
                .map(condition -> planner.predicate(source, condition, List.of()))
                .toList();
    }

    private ReadPlan root(ApiQuery query, Source source) {
        Parts parts = new Parts(query.conditions(), query.orders(), query.pages());
        return node(source, source.name().name(), query.select(), parts);
    }

    /** What of the query is meant for a node or for those below it. */
    private record Parts(List<At<Condition>> conditions, List<At<List<OrderTerm>>> orders, List<At<Page>> pages) {

        /** The parts for an embedded relation, named by its alias or its own name, seen from there. */
        Parts below(Related related, @Nullable String alias) {
            Set<String> keys = alias == null || alias.equals(related.name())
                    ? Set.of(related.name())
                    : Set.of(alias, related.name());
            return new Parts(below(conditions, keys), below(orders, keys), below(pages, keys));
        }

        private static <T> List<At<T>> below(List<At<T>> parts, Set<String> keys) {
            List<At<T>> below = new ArrayList<>();
            for (At<T> part : parts) {
                if (!part.path().isEmpty() && keys.contains(part.path().get(0))) {
                    below.add(new At<>(part.path().subList(1, part.path().size()), part.value()));
                }
            }
            return below;
        }

        private static <T> List<T> here(List<At<T>> parts) {
            return parts.stream()
                    .filter(part -> part.path().isEmpty())
                    .map(At::value)
                    .toList();
        }
    }

    /** An embedded relation under the name by which filters call it. */
    private record Keyed(String key, String name, Child child) {}

    private ReadPlan node(Source source, String alias, List<SelectItem> items, Parts parts) {
        Output[] outputs = new Output[items.size()];
        List<Keyed> children = new ArrayList<>();
        // A relation that is not there is told before a column that is not.
        for (boolean related : List.of(true, false)) {
            for (int i = 0; i < outputs.length; i++) {
                SelectItem item = items.get(i);
                if (related == (item instanceof SelectItem.Embed || item instanceof SelectItem.Spread)) {
                    outputs[i] = output(source, item, parts, children);
                }
            }
        }
        rejectUnplaced(parts, children);
        List<Predicate> conditions = new ArrayList<>();
        for (Condition condition : Parts.here(parts.conditions())) {
            conditions.add(predicate(source, condition, children));
        }
        return new ReadPlan(
                source,
                alias,
                List.of(outputs),
                conditions,
                orderings(source, Parts.here(parts.orders()), children),
                page(Parts.here(parts.pages())),
                children.stream().map(Keyed::child).toList());
    }

    private Output output(Source source, SelectItem item, Parts parts, List<Keyed> children) {
        if (item instanceof SelectItem.Value value) {
            return named(source, value);
        }
        if (item instanceof SelectItem.Embed embed) {
            String key =
                    Objects.requireNonNullElse(embed.alias(), embed.related().name());
            children.add(new Keyed(
                    key,
                    embed.related().name(),
                    child(source, embed.related(), embed.items(), parts.below(embed.related(), embed.alias()), false)));
            return new ReadPlan.Embedded(children.size() - 1, key);
        }
        if (item instanceof SelectItem.Spread spread) {
            return spliced(source, spread, parts, children);
        }
        return new ReadPlan.All();
    }

    private Output spliced(Source source, SelectItem.Spread spread, Parts parts, List<Keyed> children) {
        String key = spread.related().name();
        Child child = child(source, spread.related(), spread.items(), parts.below(spread.related(), null), true);
        if (child.plan().aggregates() && !child.relationship().toOne()) {
            throw QueryErrors.aggregatesOfMany();
        }
        SpreadAggregates split = SpreadAggregates.of(child.plan());
        children.add(new Keyed(key, key, new Child(split.plan(), child.relationship(), child.inner(), true)));
        return new ReadPlan.Spliced(children.size() - 1, split.hoisted());
    }

    private Output named(Source source, SelectItem.Value value) {
        if (value.aggregate() != null && !limits.aggregates()) {
            throw QueryErrors.aggregatesNotAllowed();
        }
        if (isOldCount(source, value)) {
            SelectItem.Value count = new SelectItem.Value(
                    value.alias(), Field.of(Field.ALL), null, SelectItem.Aggregate.COUNT, value.cast());
            return new ReadPlan.Named(count, value.alias() == null ? "count" : value.alias());
        }
        if (!value.field().name().equals(Field.ALL)) {
            requireColumn(source, value.field());
        }
        if (value.alias() != null) {
            return new ReadPlan.Named(value, value.alias());
        }
        return value.aggregate() != null
                ? new ReadPlan.Named(value, value.aggregate().name().toLowerCase(Locale.ROOT))
                : new ReadPlan.Named(value, value.field().outputName());
    }

    /** {@code select=count} is how rows were counted before there were aggregates. */
    private static boolean isOldCount(Source source, SelectItem.Value value) {
        return value.aggregate() == null
                && value.field().equals(Field.of("count"))
                && source.columns() != null
                && !source.has("count");
    }

    private Child child(Source parent, Related related, List<SelectItem> items, Parts parts, boolean spread) {
        Relationship relationship = RelationshipFinder.find(schema, limits.schemas(), parent.name(), related);
        Table table = Objects.requireNonNull(schema.table(relationship.foreign()));
        Source source = Source.of(table, schema.computedColumns(table));
        aliases++;
        ReadPlan plan = node(source, "sluice_" + aliases, items, parts);
        return new Child(plan, relationship, related.join() == Join.INNER, spread);
    }

    private static void rejectUnplaced(Parts parts, List<Keyed> children) {
        rejectUnplacedIn(parts.conditions(), children);
        rejectUnplacedIn(parts.orders(), children);
        rejectUnplacedIn(parts.pages(), children);
    }

    private static <T> void rejectUnplacedIn(List<At<T>> parts, List<Keyed> children) {
        for (At<T> part : parts) {
            if (!part.path().isEmpty() && childIndex(part.path().get(0), children) == null) {
                throw QueryErrors.notEmbedded(part.path().get(0));
            }
        }
    }

    private static @Nullable Integer childIndex(String key, List<Keyed> children) {
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).key().equals(key)) {
                return i;
            }
        }
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).name().equals(key)) {
                return i;
            }
        }
        return null;
    }

    private Predicate predicate(Source source, Condition condition, List<Keyed> children) {
        if (condition instanceof Condition.Group group) {
            List<Predicate> predicates = group.conditions().stream()
                    .map(inner -> predicate(source, inner, children))
                    .toList();
            return new Predicate.Group(group.negated(), group.connective(), predicates);
        }
        Filter filter = ((Condition.Leaf) condition).filter();
        Integer child =
                filter.field().path().isEmpty() ? childIndex(filter.field().name(), children) : null;
        if (child != null && (isNullTest(filter) || !source.has(filter.field().name()))) {
            return related(child, filter);
        }
        requireColumn(source, filter.field());
        return new Predicate.Test(filter);
    }

    private static boolean isNullTest(Filter filter) {
        return filter.operation() instanceof Filter.Is is
                && (is.truth() == Filter.Truth.NULL || is.truth() == Filter.Truth.NOT_NULL);
    }

    /** {@code client=not.is.null}: rows with, or without, related ones. */
    private static Predicate related(int child, Filter filter) {
        if (filter.operation() instanceof Filter.Is is) {
            if (is.truth() == Filter.Truth.NULL) {
                return new Predicate.Related(child, filter.negated());
            }
            if (is.truth() == Filter.Truth.NOT_NULL) {
                return new Predicate.Related(child, !filter.negated());
            }
        }
        throw QueryErrors.badEmbedFilter(filter.field().name());
    }

    private static List<Ordering> orderings(Source source, List<List<OrderTerm>> orders, List<Keyed> children) {
        List<Ordering> orderings = new ArrayList<>();
        for (List<OrderTerm> terms : orders) {
            for (OrderTerm term : terms) {
                orderings.add(ordering(source, term, children));
            }
        }
        return orderings;
    }

    private static Ordering ordering(Source source, OrderTerm term, List<Keyed> children) {
        if (term.relation() == null) {
            requireColumn(source, term.field());
            return new Ordering(null, term);
        }
        Integer index = childIndex(term.relation(), children);
        if (index == null) {
            throw QueryErrors.notEmbedded(term.relation());
        }
        Child child = children.get(index).child();
        if (!child.relationship().toOne()) {
            throw QueryErrors.relatedOrderNotToOne(source.name().name(), term.relation());
        }
        return new Ordering(index, named(child.plan(), term));
    }

    /** A related row is sorted by a column, or by what the client calls it there. */
    private static OrderTerm named(ReadPlan plan, OrderTerm term) {
        if (!plan.source().has(term.field().name()) && term.field().path().isEmpty()) {
            for (Output output : plan.outputs()) {
                if (output instanceof ReadPlan.Named shown
                        && shown.name().equals(term.field().name())) {
                    return new OrderTerm(term.relation(), shown.value().field(), term.direction(), term.nulls());
                }
            }
        }
        requireColumn(plan.source(), term.field());
        return term;
    }

    private Page page(List<Page> pages) {
        Page page = pages.isEmpty() ? Page.ALL : pages.get(0);
        if (!page.isPossible()) {
            throw QueryErrors.unsatisfiableRange("Limit should be greater than or equal to zero.");
        }
        return limits.maxRows() == null ? page : page.atMost(limits.maxRows());
    }

    private static void requireColumn(Source source, Field field) {
        if (!source.has(field.name())) {
            throw QueryErrors.unknownColumn(source, field.name());
        }
    }
}
