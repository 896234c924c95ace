package io.sluice.gateway.query;

import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.query.ReadPlan.Named;
import io.sluice.gateway.query.ReadPlan.Ordering;
import io.sluice.gateway.query.ReadPlan.Output;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Column.Converters;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read of the rows of a table that have one key, and how to read those of many keys at once.
 *
 * <p>Only columns of the table itself, found by an index: what costs more than a look there is better done beside the
 * others than among them.
 */
public final class KeyedPlan {

    /** The relation of the keys in a statement for many of them, and its column. */
    static final String KEYS = "sluice_keys";

    static final String KEY = "sluice_key";

    private final ReadPlan plan;
    private final Column column;
    private final List<Predicate> others;
    private final Shape shape;
    private final String value;
    private final String key;

    private KeyedPlan(ReadPlan plan, Column column, List<Predicate> others, Shape shape, String value, String key) {
        this.plan = plan;
        this.column = column;
        this.others = others;
        this.shape = shape;
        this.value = value;
        this.key = key;
    }

    /** Equal for reads that differ in their key only, until the schema is read again. */
    public static final class Shape {

        private final Table table;
        private final List<Object> rest;

        private Shape(Table table, List<Object> rest) {
            this.table = table;
            this.rest = rest;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // another table of that name is another schema's, or an older one
        public boolean equals(@Nullable Object other) {
            return other instanceof Shape that && table == that.table && rest.equals(that.rest);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(table) + rest.hashCode();
        }
    }

    /** The plan as such a read; null where it is none. */
    public static @Nullable KeyedPlan of(ReadPlan plan, ApiQuery query) {
        Table table = plan.source().table();
        if (table == null || !isPlain(plan, table)) {
            return null;
        }
        for (Predicate condition : plan.conditions()) {
            KeyedPlan keyed = condition instanceof Predicate.Test test ? by(test, plan, table, query) : null;
            if (keyed != null) {
                return keyed;
            }
        }
        return null;
    }

    private static @Nullable KeyedPlan by(Predicate.Test test, ReadPlan plan, Table table, ApiQuery query) {
        Filter filter = test.filter();
        boolean equality = !filter.negated()
                && filter.field().path().isEmpty()
                && filter.operation() instanceof Comparison comparison
                && comparison.operator() == Operator.EQ
                && comparison.quantifier() == null;
        Column column = equality ? table.column(filter.field().name()) : null;
        if (column == null
                || !column.converters().equals(Converters.NONE)
                || !table.indexed().contains(column.name())) {
            return null;
        }
        String value = ((Comparison) filter.operation()).value();
        String key = KeyType.canonical(column.typeOid(), value);
        List<Predicate> others = new ArrayList<>(plan.conditions());
        others.remove(test);
        List<Object> rest = List.of(column.name(), query.select(), others, plan.order(), plan.page());
        return key == null ? null : new KeyedPlan(plan, column, others, new Shape(table, rest), value, key);
    }

    private static boolean isPlain(ReadPlan plan, Table table) {
        return table.kind() == Table.Kind.TABLE
                && !plan.aggregates()
                && plan.children().isEmpty()
                && plan.page().offset() == 0
                && (plan.page().limit() == null || plan.page().limit() > 0)
                && plan.outputs().stream().allMatch(output -> isStored(output, table))
                && plan.conditions().stream().allMatch(condition -> isStored(condition, table))
                && plan.order().stream().allMatch(order -> isStored(order, table));
    }

    private static boolean isStored(Output output, Table table) {
        return output instanceof ReadPlan.All
                || (output instanceof Named named
                        && table.column(named.value().field().name()) != null);
    }

    private static boolean isStored(Predicate condition, Table table) {
        return condition instanceof Predicate.Test test
                && table.column(test.filter().field().name()) != null;
    }

    private static boolean isStored(Ordering order, Table table) {
        return order.child() == null && table.column(order.term().field().name()) != null;
    }

    /** Whether a key has one row at most. */
    public boolean isUnique() {
        List<String> alone = List.of(column.name());
        Table table = shape.table;
        return table.primaryKey().equals(alone) || table.uniqueKeys().contains(alone);
    }

    public String column() {
        return column.name();
    }

    /** The key as the client wrote it. */
    public String value() {
        return value;
    }

    /** The key in PostgreSQL's own text form. */
    public String key() {
        return key;
    }

    /** The same for another value of the column; null where it is not certain that it is one. */
    public @Nullable String key(String other) {
        return KeyType.canonical(column.typeOid(), other);
    }

    public Shape shape() {
        return shape;
    }

    /** The rows with these keys, each behind its key; those of one key one after another, in the plan's order. */
    public Sql many(List<String> keys, SqlRenderer renderer) {
        return isUnique() || plan.page().limit() == null ? together(keys, renderer) : oneByOne(keys, renderer);
    }

    /** Each key has its own page. */
    private Sql oneByOne(List<String> keys, SqlRenderer renderer) {
        List<Predicate> conditions = new ArrayList<>(others);
        conditions.add(0, new Predicate.Keyed(column.name()));
        ReadPlan one = new ReadPlan(
                plan.source(), plan.alias(), plan.outputs(), conditions, plan.order(), plan.page(), List.of());
        return renderer.readKeyed(one, KeyType.name(column.typeOid()), keys);
    }

    /** One walk through the index and one sort for all of them. */
    private Sql together(List<String> keys, SqlRenderer renderer) {
        Field field = Field.of(column.name());
        List<Output> outputs = new ArrayList<>();
        outputs.add(new Named(new SelectItem.Value(null, field, null, null, null), KEY));
        outputs.addAll(plan.outputs());
        List<Predicate> conditions = new ArrayList<>(others);
        conditions.add(0, new Predicate.Test(new Filter(field, false, new Filter.In(keys))));
        List<Ordering> order = new ArrayList<>();
        if (!isUnique()) {
            order.add(new Ordering(null, new OrderTerm(null, field, null, null)));
            order.addAll(plan.order());
        }
        ReadPlan many = new ReadPlan(plan.source(), plan.alias(), outputs, conditions, order, Page.ALL, List.of());
        return renderer.read(many, RowShape.COLUMNS);
    }
}
