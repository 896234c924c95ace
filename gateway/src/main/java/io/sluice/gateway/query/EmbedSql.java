package io.sluice.gateway.query;

import io.sluice.gateway.query.ReadPlan.Child;
import io.sluice.gateway.query.ReadPlan.Hoisted;
import io.sluice.gateway.query.ReadPlan.Ordering;
import io.sluice.gateway.query.ReadPlan.Spliced;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Relationship.Computed;
import io.sluice.gateway.schema.Relationship.Junction;
import io.sluice.gateway.schema.Relationship.Pair;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Embedded relations: the lateral joins that bring them in, and what the row around them takes from the join. */
final class EmbedSql {

    private static final String ROW = "row";
    private static final String ROWS = "rows";
    private static final String COUNT = "count";

    private final SqlBuilder out;
    private final FieldSql fields;
    private final ReadSql selects;

    EmbedSql(SqlBuilder out, FieldSql fields, ReadSql selects) {
        this.out = out;
        this.fields = fields;
        this.selects = selects;
    }

    /** The name of a child's lateral join. */
    static String joinAlias(Child child) {
        return child.plan().alias() + "_j";
    }

    private static String junctionAlias(Child child) {
        return child.plan().alias() + "_m";
    }

    /** The column of a to-one join by which its parent's {@code n}th sort term sorts. */
    static String orderColumn(int n) {
        return "sluice_order_" + n;
    }

    void join(ReadPlan parent, int index) {
        Child child = parent.children().get(index);
        boolean toOne = child.relationship().toOne();
        out.sql(child.inner() ? " INNER JOIN LATERAL (" : " LEFT JOIN LATERAL (");
        if (child.spread()) {
            spread(parent, child, index);
        } else if (toOne) {
            one(parent, child, index);
        } else {
            out.sql("SELECT json_agg(sluice_row) AS ").identifier(ROWS).sql(" FROM (");
            selects.nested(parent, child);
            out.sql(") AS sluice_row");
        }
        out.sql(") AS ").identifier(joinAlias(child)).sql(" ON ");
        if (child.inner() && !toOne) {
            exists(child, true);
        } else {
            out.sql("TRUE");
        }
    }

    private void one(ReadPlan parent, Child child, int index) {
        if (orderedBy(parent, index)) {
            out.sql("SELECT (SELECT row_to_json(sluice_row) FROM (SELECT ");
            selects.outputs(child.plan());
            out.sql(") AS sluice_row) AS ").identifier(ROW);
            orderColumns(parent, child, index);
            selects.belonging(parent, child);
        } else {
            out.sql("SELECT row_to_json(sluice_row) AS ").identifier(ROW).sql(" FROM (");
            selects.nested(parent, child);
            out.sql(") AS sluice_row");
        }
    }

    private void spread(ReadPlan parent, Child child, int index) {
        if (!child.relationship().toOne()) {
            out.sql("SELECT count(*) AS ").identifier(COUNT);
            for (String name : child.plan().columnNames()) {
                out.sql(", json_agg(sluice_row.").identifier(name).sql(") AS ").identifier(name);
            }
            out.sql(" FROM (");
            selects.nested(parent, child);
            out.sql(") AS sluice_row");
        } else {
            out.sql("SELECT 1 AS ")
                    .identifier(COUNT)
                    .sql(child.plan().columnNames().isEmpty() ? "" : ", ");
            selects.outputs(child.plan());
            orderColumns(parent, child, index);
            selects.belonging(parent, child);
        }
    }

    private static boolean orderedBy(ReadPlan parent, int child) {
        return parent.order().stream().anyMatch(ordering -> ordering.child() != null && ordering.child() == child);
    }

    private void orderColumns(ReadPlan parent, Child child, int index) {
        for (int i = 0; i < parent.order().size(); i++) {
            Ordering ordering = parent.order().get(i);
            if (ordering.child() != null && ordering.child() == index) {
                out.sql(", ");
                fields.field(
                        child.plan().source(),
                        child.plan().alias(),
                        ordering.term().field());
                out.sql(" AS ").identifier(orderColumn(i));
            }
        }
    }

    /** A child's rows as the parent shows them. */
    void rows(ReadPlan parent, int index) {
        Child child = parent.children().get(index);
        // Rows can be grouped by jsonb only.
        String cast = parent.aggregates() ? "::jsonb" : "";
        if (child.relationship().toOne()) {
            out.column(joinAlias(child), ROW).sql(cast);
        } else {
            out.sql("COALESCE(").column(joinAlias(child), ROWS).sql(", '[]')").sql(cast);
        }
    }

    /** A spread child's columns as columns of the parent. */
    void spliced(ReadPlan parent, Spliced spliced, List<String> names, boolean jsonReady) {
        String glue = "";
        for (String name : names) {
            out.sql(glue).sql(jsonReady ? "to_json(" : "");
            Hoisted hoisted = spliced.of(name);
            if (hoisted == null) {
                splicedColumn(parent, spliced, name);
            } else {
                aggregate(parent.children().get(spliced.child()), hoisted);
            }
            out.sql(jsonReady ? ")" : "").sql(" AS ").identifier(spliced.shown(name));
            glue = ", ";
        }
    }

    private void splicedColumn(ReadPlan parent, Spliced spliced, String name) {
        Child child = parent.children().get(spliced.child());
        boolean many = !child.relationship().toOne();
        out.sql(many ? "COALESCE(" : "").column(joinAlias(child), name).sql(many ? ", '[]')" : "");
        // Rows can be grouped by jsonb only.
        boolean json = many || child.plan().embeddedNames().contains(name);
        out.sql(json && parent.aggregates() ? "::jsonb" : "");
    }

    private void aggregate(Child child, Hoisted hoisted) {
        out.sql(hoisted.cast() == null ? "" : "CAST(");
        out.sql(hoisted.aggregate().name().toLowerCase(Locale.ROOT)).sql("(");
        out.column(joinAlias(child), hoisted.column()).sql(")");
        out.sql(hoisted.cast() == null ? "" : " AS " + TypeName.sql(hoisted.cast()) + ")");
    }

    /** A spread child's columns as what rows are grouped by; returns what goes before the next one. */
    String groupBy(ReadPlan parent, Spliced spliced, String glue) {
        String next = glue;
        for (String name : parent.children().get(spliced.child()).plan().columnNames()) {
            if (spliced.of(name) == null) {
                out.sql(next);
                splicedColumn(parent, spliced, name);
                next = ", ";
            }
        }
        return next;
    }

    /** The {@code n}th sort term, which is a column of a child. */
    void orderBy(ReadPlan parent, Ordering ordering, int n) {
        Child child = parent.children().get(Objects.requireNonNull(ordering.child()));
        // Groups can only be sorted by what they are grouped by.
        String shown = parent.aggregates() && child.spread()
                ? shownAs(child.plan(), ordering.term().field())
                : null;
        out.column(joinAlias(child), shown == null ? orderColumn(n) : shown);
    }

    private static @Nullable String shownAs(ReadPlan plan, Field field) {
        for (ReadPlan.Output output : plan.outputs()) {
            if (output instanceof ReadPlan.Named named
                    && named.value().field().equals(field)
                    && named.value().cast() == null) {
                return named.name();
            }
        }
        return null;
    }

    /** Whether the parent's row has related rows. */
    void exists(Child child, boolean exists) {
        String not = exists ? "NOT " : "";
        if (child.spread()) {
            out.sql(exists ? "COALESCE(" : "NOT COALESCE(")
                    .column(joinAlias(child), COUNT)
                    .sql(" > 0, FALSE)");
        } else {
            String column = child.relationship().toOne() ? ROW : ROWS;
            out.column(joinAlias(child), column).sql(" IS ").sql(not).sql("NULL");
        }
    }

    void call(ReadPlan parent, Computed computed) {
        out.relation(computed.function()).sql("(");
        if (parent.source().from() == null) {
            // A common table expression yields nameless records; the function wants the table's row.
            out.sql("ROW(").identifier(parent.alias()).sql(".*)::").relation(computed.table());
        } else {
            out.identifier(parent.alias());
        }
        out.sql(")");
    }

    void junction(ReadSql.Parent parent) {
        if (parent.child().relationship() instanceof Junction through) {
            out.sql(" INNER JOIN ").relation(through.junction()).sql(" AS ");
            out.identifier(junctionAlias(parent.child())).sql(" ON ");
            equal(parent.child().plan().alias(), junctionAlias(parent.child()), through.toForeign(), false, "");
        }
    }

    /** How a child's rows belong to the parent's; returns what goes before the next condition. */
    String condition(ReadSql.Parent parent, String glue) {
        String parentAlias = parent.plan().alias();
        if (parent.child().relationship() instanceof Relationship.Key key) {
            return equal(parentAlias, parent.child().plan().alias(), key.pairs(), true, glue);
        }
        if (parent.child().relationship() instanceof Junction through) {
            return equal(parentAlias, junctionAlias(parent.child()), through.toJunction(), true, glue);
        }
        return glue;
    }

    /** {@code left.column = right.foreignColumn} for each pair, or the other way round. */
    private String equal(String left, String right, List<Pair> pairs, boolean leftFirst, String glue) {
        String next = glue;
        for (Pair pair : pairs) {
            out.sql(next);
            out.column(left, leftFirst ? pair.column() : pair.foreignColumn()).sql(" = ");
            out.column(right, leftFirst ? pair.foreignColumn() : pair.column());
            next = " AND ";
        }
        return next;
    }
}
