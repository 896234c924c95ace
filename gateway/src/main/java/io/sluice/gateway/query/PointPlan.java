package io.sluice.gateway.query;

import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.query.ReadPlan.Named;
import io.sluice.gateway.query.ReadPlan.Output;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Column.Converters;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A read of at most one row of a table by a key of its own, and how to read many such rows at once.
 *
 * <p>Only columns of the table itself: what costs more than a look into an index is better done beside the others than
 * among them.
 */
public final class PointPlan {

    private static final String KEY = "sluice_key";

    private final ReadPlan plan;
    private final String column;
    private final String key;
    private final Shape shape;

    private PointPlan(ReadPlan plan, String column, String key, Shape shape) {
        this.plan = plan;
        this.column = column;
        this.key = key;
        this.shape = shape;
    }

    /** Equal for reads that differ in their key only, until the schema is read again. */
    public static final class Shape {

        private final Table table;
        private final String column;
        private final List<SelectItem> select;

        private Shape(Table table, String column, List<SelectItem> select) {
            this.table = table;
            this.column = column;
            this.select = select;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // another table of that name is another schema's, or an older one
        public boolean equals(@Nullable Object other) {
            return other instanceof Shape that
                    && table == that.table
                    && column.equals(that.column)
                    && select.equals(that.select);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * System.identityHashCode(table) + column.hashCode()) + select.hashCode();
        }
    }

    /** The plan as such a read; null where it is none. */
    public static @Nullable PointPlan of(ReadPlan plan, ApiQuery query) {
        Filter filter = onlyFilter(plan, query);
        Table table = plan.source().table();
        if (filter == null || table == null || !isPlain(plan, table)) {
            return null;
        }
        Column column = table.column(filter.field().name());
        if (column == null || !isKey(table, column)) {
            return null;
        }
        String key = PointKey.canonical(column.typeOid(), ((Comparison) filter.operation()).value());
        return key == null
                ? null
                : new PointPlan(plan, column.name(), key, new Shape(table, column.name(), query.select()));
    }

    private static @Nullable Filter onlyFilter(ReadPlan plan, ApiQuery query) {
        boolean bare = query.conditions().size() == 1
                && plan.conditions().size() == 1
                && query.orders().isEmpty()
                && plan.children().isEmpty()
                && plan.page().offset() == 0
                && (plan.page().limit() == null || plan.page().limit() > 0);
        return bare
                        && plan.conditions().get(0) instanceof Predicate.Test test
                        && !test.filter().negated()
                        && test.filter().field().path().isEmpty()
                        && test.filter().operation() instanceof Comparison comparison
                        && comparison.operator() == Operator.EQ
                        && comparison.quantifier() == null
                ? test.filter()
                : null;
    }

    private static boolean isPlain(ReadPlan plan, Table table) {
        return table.kind() == Table.Kind.TABLE
                && !plan.aggregates()
                && plan.outputs().stream().allMatch(output -> isStored(output, table));
    }

    private static boolean isStored(Output output, Table table) {
        return output instanceof ReadPlan.All
                || (output instanceof Named named
                        && table.column(named.value().field().name()) != null);
    }

    private static boolean isKey(Table table, Column column) {
        List<String> alone = List.of(column.name());
        return column.converters().equals(Converters.NONE)
                && (table.primaryKey().equals(alone) || table.uniqueKeys().contains(alone));
    }

    /** The key in PostgreSQL's own text form. */
    public String key() {
        return key;
    }

    public Shape shape() {
        return shape;
    }

    /** The rows with these keys, each behind its key. */
    public Sql many(List<String> keys, SqlRenderer renderer) {
        Filter filter = new Filter(Field.of(column), false, new Filter.In(keys));
        List<Output> outputs = new ArrayList<>();
        outputs.add(new Named(new SelectItem.Value(null, Field.of(column), null, null, null), KEY));
        outputs.addAll(plan.outputs());
        ReadPlan many = new ReadPlan(
                plan.source(),
                plan.alias(),
                outputs,
                List.of(new Predicate.Test(filter)),
                List.of(),
                Page.ALL,
                List.of());
        return renderer.read(many, Objects.requireNonNull(RowShape.COLUMNS));
    }
}
