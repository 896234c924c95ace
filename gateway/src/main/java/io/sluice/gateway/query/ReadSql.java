package io.sluice.gateway.query;

import io.sluice.gateway.query.ReadPlan.All;
import io.sluice.gateway.query.ReadPlan.Child;
import io.sluice.gateway.query.ReadPlan.Embedded;
import io.sluice.gateway.query.ReadPlan.Named;
import io.sluice.gateway.query.ReadPlan.One;
import io.sluice.gateway.query.ReadPlan.Ordering;
import io.sluice.gateway.query.ReadPlan.Output;
import io.sluice.gateway.query.ReadPlan.Spliced;
import io.sluice.gateway.schema.Relationship.Computed;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A plan as one {@code SELECT}. An embedded relation is a lateral join that yields its rows as JSON, so that a request
 * is one statement whatever it embeds.
 */
final class ReadSql {

    private final SqlBuilder out;
    private final FieldSql fields;
    private final EmbedSql embeds;
    private final KeysetSql keysets;
    private final ConditionSql conditions;

    ReadSql(SqlBuilder out, LongPredicate direct) {
        this.out = out;
        this.fields = new FieldSql(out, direct);
        this.keysets = new KeysetSql(out, fields);
        this.embeds = new EmbedSql(out, fields, this);
        this.conditions = new ConditionSql(out, new FilterSql(out, fields), keysets, embeds);
    }

    /** The whole statement for a plan at the top. */
    void top(ReadPlan plan, RowShape shape) {
        out.sql("SELECT ");
        outputs(plan, RowShape.COLUMNS.equals(shape));
        body(plan, null);
        order(plan);
        page(plan.page());
    }

    /** The same behind columns that are there already. */
    void topBehind(ReadPlan plan, RowShape shape) {
        out.sql(plan.columnNames().isEmpty() && plan.source().columns() != null ? "" : ", ");
        outputs(plan, RowShape.COLUMNS.equals(shape));
        body(plan, null);
        order(plan);
        page(plan.page());
    }

    /** Rows with the values of their places as last columns; behind columns that are there already or none. */
    void placed(KeysetPlan plan, RowShape shape, boolean behind) {
        ReadPlan page = plan.page();
        out.sql(behind ? ", " : "SELECT ");
        outputs(page, RowShape.COLUMNS.equals(shape));
        keysets.values(page.source(), page.alias(), plan.keyset());
        body(page, null);
        order(page);
        page(page.page());
    }

    /** A page and one row more, each row behind its place in the order. */
    void keyed(KeysetPlan plan, RowShape shape) {
        ReadPlan page = plan.page();
        out.sql("SELECT ");
        keysets.place(page.source(), page.alias(), plan.keyset());
        out.sql(page.columnNames().isEmpty() ? "" : ", ");
        outputs(page, RowShape.COLUMNS.equals(shape));
        body(page, null);
        order(page);
        out.sql(" LIMIT ").bind(Long.toString(plan.limit() + 1));
    }

    /** How many rows the plan has before its page is cut out. */
    void count(ReadPlan plan) {
        out.sql("SELECT count(*)");
        if (plan.aggregates()) {
            out.sql(" FROM (SELECT 1");
            body(plan, null);
            out.sql(") AS sluice_all");
        } else {
            countedBody(plan);
        }
    }

    /** A row for each row of the plan before its page is cut out. */
    void ones(ReadPlan plan) {
        out.sql("SELECT 1");
        if (plan.aggregates()) {
            body(plan, null);
        } else {
            countedBody(plan);
        }
    }

    /** Only those embedded relations are joined that change how many rows there are. */
    private void countedBody(ReadPlan plan) {
        out.sql(" FROM ");
        from(plan);
        for (int i = 0; i < plan.children().size(); i++) {
            int child = i;
            boolean asked = plan.conditions().stream().anyMatch(condition -> asksFor(child, condition));
            if (plan.children().get(i).inner() || asked) {
                embeds.join(plan, i);
            }
        }
        where(plan, null);
    }

    private static boolean asksFor(int child, Predicate predicate) {
        if (predicate instanceof Predicate.Group group) {
            return group.predicates().stream().anyMatch(inner -> asksFor(child, inner));
        }
        return predicate instanceof Predicate.Related related && related.child() == child;
    }

    /** The rows of an embedded plan that belong to a row of its parent. */
    void nested(ReadPlan parent, Child child) {
        out.sql("SELECT ");
        outputs(child.plan(), false);
        belonging(parent, child);
    }

    void belonging(ReadPlan parent, Child child) {
        body(child.plan(), new Parent(parent, child));
        order(child.plan());
        page(child.plan().page());
    }

    /** The plan around an embedded one. */
    record Parent(ReadPlan plan, Child child) {}

    private void body(ReadPlan plan, @Nullable Parent parent) {
        out.sql(" FROM ");
        if (parent != null && parent.child().relationship() instanceof Computed computed) {
            embeds.call(parent.plan(), computed);
            out.sql(" AS ").identifier(plan.alias());
        } else {
            from(plan);
        }
        if (parent != null) {
            embeds.junction(parent);
        }
        for (int i = 0; i < plan.children().size(); i++) {
            embeds.join(plan, i);
        }
        where(plan, parent);
        groupBy(plan);
    }

    private void from(ReadPlan plan) {
        if (plan.source().from() == null) {
            out.sql(Source.COMMON);
        } else {
            out.relation(plan.source().from());
        }
        out.sql(" AS ").identifier(plan.alias());
    }

    private void where(ReadPlan plan, @Nullable Parent parent) {
        String glue = " WHERE ";
        if (parent != null) {
            glue = embeds.condition(parent, glue);
        }
        for (Predicate predicate : plan.conditions()) {
            out.sql(glue);
            conditions.condition(plan.source(), plan.alias(), plan.children(), predicate);
            glue = " AND ";
        }
    }

    /** A condition on a relation without children. */
    void condition(Source source, String alias, Predicate predicate) {
        conditions.condition(source, alias, List.of(), predicate);
    }

    void outputs(ReadPlan plan) {
        outputs(plan, false);
    }

    private void outputs(ReadPlan plan, boolean jsonReady) {
        String glue = "";
        for (Output output : plan.outputs()) {
            if (output instanceof Named named) {
                out.sql(glue);
                wrap(jsonReady && !fields.isDirect(plan.source(), named.value()), () -> value(plan, named));
                out.sql(" AS ").identifier(named.name());
            } else if (output instanceof All) {
                out.sql(glue);
                all(plan, jsonReady);
            } else if (output instanceof Embedded embedded) {
                if (plan.children().get(embedded.child()).plan().showsNothing()) {
                    continue;
                }
                out.sql(glue);
                embeds.rows(plan, embedded.child());
                out.sql(" AS ").identifier(embedded.name());
            } else if (output instanceof Spliced spliced) {
                List<String> names = plan.children().get(spliced.child()).plan().columnNames();
                if (names.isEmpty()) {
                    continue;
                }
                out.sql(glue);
                embeds.spliced(plan, spliced, names, jsonReady);
            } else if (output instanceof One one) {
                out.sql(glue).sql("1 AS ").identifier(one.name());
            }
            glue = ", ";
        }
    }

    private void value(ReadPlan plan, Named named) {
        fields.value(plan.source(), plan.alias(), named.value());
    }

    private void wrap(boolean wrapped, Runnable expression) {
        out.sql(wrapped ? "to_json(" : "");
        expression.run();
        out.sql(wrapped ? ")" : "");
    }

    private void all(ReadPlan plan, boolean jsonReady) {
        List<String> columns = plan.source().columnNames();
        if (columns.isEmpty()
                || (!jsonReady && !plan.aggregates() && !plan.source().converts())) {
            out.identifier(plan.alias()).sql(".*");
            return;
        }
        String glue = "";
        for (String column : columns) {
            boolean wrapped = jsonReady && !fields.isDirect(plan.source(), column);
            out.sql(glue);
            wrap(wrapped, () -> fields.shown(plan.source(), plan.alias(), Field.of(column)));
            out.sql(" AS ").identifier(column);
            glue = ", ";
        }
    }

    private void groupBy(ReadPlan plan) {
        if (!plan.aggregates()) {
            return;
        }
        String glue = " GROUP BY ";
        for (Output output : plan.outputs()) {
            if (output instanceof Named named && named.value().aggregate() == null) {
                out.sql(glue);
                value(plan, named);
                glue = ", ";
            } else if (output instanceof All) {
                for (String column : plan.source().columnNames()) {
                    out.sql(glue);
                    fields.shown(plan.source(), plan.alias(), Field.of(column));
                    glue = ", ";
                }
            } else if (output instanceof Embedded embedded) {
                out.sql(glue);
                embeds.rows(plan, embedded.child());
                glue = ", ";
            } else if (output instanceof Spliced spliced) {
                glue = embeds.groupBy(plan, spliced, glue);
            }
        }
    }

    private void order(ReadPlan plan) {
        String glue = " ORDER BY ";
        for (int i = 0; i < plan.order().size(); i++) {
            Ordering ordering = plan.order().get(i);
            out.sql(glue);
            if (ordering.child() == null) {
                fields.field(plan.source(), plan.alias(), ordering.term().field());
            } else {
                embeds.orderBy(plan, ordering, i);
            }
            out.sql(
                    ordering.term().direction() == null
                            ? ""
                            : " " + ordering.term().direction());
            out.sql(
                    ordering.term().nulls() == null
                            ? ""
                            : " NULLS " + ordering.term().nulls());
            glue = ", ";
        }
    }

    private void page(Page page) {
        if (page.limit() != null) {
            out.sql(" LIMIT ").bind(Long.toString(page.limit()));
        }
        if (page.offset() > 0) {
            out.sql(" OFFSET ").bind(Long.toString(page.offset()));
        }
    }
}
