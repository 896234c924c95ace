package io.sluice.gateway.query;

import io.sluice.gateway.query.ReadSql.Form;
import java.util.function.LongPredicate;

/** Plans to statements. Pure: the same plan always gives the same text. */
public final class SqlRenderer {

    private final LongPredicate direct;

    /** {@code direct} tells which type oids a row writer turns into JSON by itself. */
    public SqlRenderer(LongPredicate direct) {
        this.direct = direct;
    }

    /** The rows of a plan and nothing else. */
    public Sql read(ReadPlan plan, boolean json) {
        SqlBuilder out = new SqlBuilder();
        new ReadSql(out, direct).top(plan, form(json));
        if (!out.hasBinds()) {
            // Without any parameter the driver would use the simple protocol, which knows no demand.
            out.sql(" OFFSET ").bind("0");
        }
        return out.build();
    }

    /** The rows of a plan behind {@link Frame}; with the number of all rows where {@code counted}. */
    public Sql readFramed(ReadPlan plan, boolean json, boolean counted) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        out.sql("SELECT sluice_frame.*, sluice_rows.* FROM (SELECT ");
        if (counted) {
            out.sql("(");
            select.count(plan);
            out.sql(")::text");
        } else {
            out.sql("NULL::text");
        }
        out.sql(" AS sluice_total, NULL::text AS sluice_inserted, NULL::text AS sluice_key, ")
                .sql(Frame.SETTINGS);
        rows(out, select, plan, json);
        return out.build();
    }

    /** A write, and what came of it behind {@link Frame}. */
    public Sql write(WritePlan plan, boolean json) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        out.sql("WITH " + Source.COMMON + " AS (");
        new WriteSql(out, select).write(plan);
        out.sql(") SELECT sluice_frame.*, ");
        out.sql(plan.representation() == null ? "NULL::boolean AS sluice_present" : "sluice_rows.*");
        out.sql(" FROM (SELECT count(*)::text AS sluice_total, ");
        out.sql(plan.conflict() == null ? "NULL::text" : WriteSql.insertedCount());
        out.sql(" AS sluice_inserted, ");
        key(out, plan);
        out.sql(" AS sluice_key, ").sql(Frame.SETTINGS).sql(" FROM " + Source.COMMON);
        if (plan.representation() == null) {
            out.sql(") AS sluice_frame");
        } else {
            rows(out, select, plan.representation(), json);
        }
        return out.build();
    }

    private static void key(SqlBuilder out, WritePlan plan) {
        if (!plan.key()) {
            out.sql("NULL::text");
            return;
        }
        out.sql("CASE WHEN count(*) = 1 THEN json_agg(json_build_array(");
        String glue = "";
        for (String column : plan.table().primaryKey()) {
            out.sql(glue).column(Source.COMMON, column).sql("::text");
            glue = ", ";
        }
        out.sql("))->>0 END");
    }

    private static void rows(SqlBuilder out, ReadSql select, ReadPlan plan, boolean json) {
        out.sql(") AS sluice_frame LEFT JOIN (SELECT TRUE AS sluice_present");
        select.topBehind(plan, form(json));
        out.sql(") AS sluice_rows ON TRUE");
    }

    private static Form form(boolean json) {
        return json ? Form.JSON_READY : Form.TEXT;
    }
}
