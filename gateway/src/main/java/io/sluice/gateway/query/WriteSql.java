package io.sluice.gateway.query;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.QualifiedName;
import java.util.List;
import java.util.Objects;

/** A write as one {@code INSERT}, {@code UPDATE} or {@code DELETE} with {@code RETURNING}. */
final class WriteSql {

    /** The body's rows. */
    private static final String BODY = "sluice_body";

    /** Counts the new rows of an upsert: one up for each row, one down for each that turned into an update. */
    private static final String INSERTED = "sluice.inserted";

    private final SqlBuilder out;
    private final ReadSql selects;

    WriteSql(SqlBuilder out, ReadSql selects) {
        this.out = out;
        this.selects = selects;
    }

    /** How many rows of an upsert are new, after it ran. */
    static String insertedCount() {
        return "coalesce(nullif(current_setting('" + INSERTED + "', true), ''), '0')";
    }

    void write(WritePlan plan) {
        switch (plan.kind()) {
            case INSERT -> insert(plan);
            case UPDATE -> update(plan);
            case DELETE -> delete(plan);
        }
        returning(plan);
    }

    private void insert(WritePlan plan) {
        out.sql("INSERT INTO ").relation(plan.table().name()).sql(" AS ");
        out.identifier(plan.table().name().name());
        if (!plan.columns().isEmpty()) {
            out.sql(" (");
            columns(plan.columns());
            out.sql(")");
        }
        out.sql(" SELECT ");
        String glue = "";
        for (Column column : plan.columns()) {
            out.sql(glue);
            value(column);
            glue = ", ";
        }
        out.sql(" FROM ");
        body(plan);
        glue = where(plan, BODY, " WHERE ");
        if (plan.conflict() != null) {
            out.sql(glue).sql("set_config('" + INSERTED + "', (" + insertedCount() + "::int + 1)::text, true) <> '0'");
            conflict(plan.conflict(), plan.columns());
        }
    }

    private void conflict(WritePlan.Conflict conflict, List<Column> columns) {
        out.sql(" ON CONFLICT (");
        String glue = "";
        for (String column : conflict.target()) {
            out.sql(glue).identifier(column);
            glue = ", ";
        }
        if (!conflict.merge() || columns.isEmpty()) {
            out.sql(") DO NOTHING");
            return;
        }
        out.sql(") DO UPDATE SET ");
        glue = "";
        for (Column column : columns) {
            out.sql(glue).identifier(column.name()).sql(" = EXCLUDED.").identifier(column.name());
            glue = ", ";
        }
        out.sql(" WHERE set_config('" + INSERTED + "', (" + insertedCount() + "::int - 1)::text, true) <> '-1'");
    }

    private void update(WritePlan plan) {
        String alias = plan.table().name().name();
        if (plan.columns().isEmpty()) {
            // Nothing to set: no row is touched, and there is none to show.
            out.sql("UPDATE ")
                    .relation(plan.table().name())
                    .sql(" AS ")
                    .identifier(alias)
                    .sql(" SET ");
            String any = plan.table().columns().keySet().iterator().next();
            out.identifier(any).sql(" = ").column(alias, any).sql(" WHERE FALSE");
            return;
        }
        out.sql("UPDATE ")
                .relation(plan.table().name())
                .sql(" AS ")
                .identifier(alias)
                .sql(" SET ");
        String glue = "";
        for (Column column : plan.columns()) {
            if (!plan.matching().contains(column.name())) {
                out.sql(glue).identifier(column.name()).sql(" = ");
                value(column);
                glue = ", ";
            }
        }
        if (plan.isByKey()) {
            out.sql(" FROM " + BODY);
            where(plan, alias, matching(plan, alias));
            return;
        }
        out.sql(" FROM (SELECT * FROM ");
        body(plan);
        // Of an array the first object counts.
        out.sql(" LIMIT 1) AS " + BODY);
        where(plan, alias, " WHERE ");
    }

    /** Names the body, so that it can be read twice, before a write by key. */
    void bodyByKey(WritePlan plan) {
        out.sql(BODY + " AS MATERIALIZED (SELECT * FROM ");
        body(plan);
        out.sql("), ");
    }

    /** How many rows of the body have the key of another one. */
    static void repeatedKeys(SqlBuilder out, WritePlan plan) {
        out.sql("(SELECT count(*) - count(DISTINCT (");
        String glue = "";
        for (String column : plan.matching()) {
            out.sql(glue).column(BODY, column).sql("::text");
            glue = ", ";
        }
        out.sql(")) FROM " + BODY + ")::text");
    }

    private String matching(WritePlan plan, String alias) {
        String glue = " WHERE ";
        for (Column column : plan.columns()) {
            if (plan.matching().contains(column.name())) {
                out.sql(glue).column(alias, column.name()).sql(" = ");
                value(column);
                glue = " AND ";
            }
        }
        return glue;
    }

    private void delete(WritePlan plan) {
        String alias = plan.table().name().name();
        out.sql("DELETE FROM ").relation(plan.table().name()).sql(" AS ").identifier(alias);
        where(plan, alias, " WHERE ");
    }

    private String where(WritePlan plan, String alias, String first) {
        Source source = Source.of(plan.table(), java.util.Map.of());
        String glue = first;
        for (Predicate predicate : plan.conditions()) {
            out.sql(glue);
            selects.condition(source, alias, predicate);
            glue = " AND ";
        }
        return glue;
    }

    /** The body as rows of the table's types. */
    private void body(WritePlan plan) {
        if (plan.columns().isEmpty()) {
            out.sql(plan.shape() == WritePlan.Shape.ARRAY ? "json_array_elements(" : "(SELECT ");
            out.bind(plan.body()).sql("::json) AS " + BODY);
            return;
        }
        boolean array = plan.shape() == WritePlan.Shape.ARRAY;
        if (plan.defaults()) {
            out.sql(array ? "jsonb_to_recordset((SELECT jsonb_agg(" : "jsonb_to_record((SELECT (");
            defaults(plan.columns());
            out.sql(" || sluice_row) FROM ");
            out.sql(array ? "jsonb_array_elements(" : "(SELECT ").bind(plan.body());
            out.sql(array ? "::jsonb) AS sluice_row))" : "::jsonb AS sluice_row) AS sluice_one))");
        } else {
            out.sql(array ? "json_to_recordset(" : "json_to_record(")
                    .bind(plan.body())
                    .sql("::json)");
        }
        out.sql(" AS " + BODY + "(");
        String glue = "";
        for (Column column : plan.columns()) {
            String type = column.converters().fromJson() == null ? column.type() : "json";
            out.sql(glue).identifier(column.name()).sql(" ").sql(type);
            glue = ", ";
        }
        out.sql(")");
    }

    private void defaults(List<Column> columns) {
        out.sql("jsonb_build_object(");
        String glue = "";
        for (Column column : columns) {
            if (column.defaultExpression() != null) {
                // The catalog's own text, as the table's creator wrote it.
                out.sql(glue).literal(column.name()).sql(", ").sql(column.defaultExpression());
                glue = ", ";
            }
        }
        out.sql(")");
    }

    private void columns(List<Column> columns) {
        String glue = "";
        for (Column column : columns) {
            out.sql(glue).identifier(column.name());
            glue = ", ";
        }
    }

    /** A column of the body, as the table's type wants it. */
    private void value(Column column) {
        String converter = column.converters().fromJson();
        out.sql(converter == null ? "" : converter + "(");
        out.sql(BODY + ".").identifier(column.name());
        out.sql(converter == null ? "" : ")");
    }

    private void returning(WritePlan plan) {
        String alias = plan.table().name().name();
        out.sql(" RETURNING ");
        String glue = "";
        List<String> columns = plan.returning();
        if (columns == null) {
            out.identifier(alias).sql(".*");
            glue = ", ";
        } else {
            for (String column : columns) {
                out.sql(glue).column(alias, column);
                glue = ", ";
            }
        }
        ReadPlan representation = plan.representation();
        for (String computed : plan.computed()) {
            QualifiedName function = Objects.requireNonNull(Objects.requireNonNull(representation)
                            .source()
                            .computed()
                            .get(computed))
                    .name();
            out.sql(glue)
                    .relation(function)
                    .sql("(")
                    .identifier(alias)
                    .sql(") AS ")
                    .identifier(computed);
            glue = ", ";
        }
        out.sql(glue.isEmpty() ? "1" : "");
    }
}
