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

    private static void rows(SqlBuilder out, ReadSql select, ReadPlan plan, boolean json) {
        out.sql(") AS sluice_frame LEFT JOIN (SELECT TRUE AS sluice_present");
        select.topBehind(plan, form(json));
        out.sql(") AS sluice_rows ON TRUE");
    }

    private static Form form(boolean json) {
        return json ? Form.JSON_READY : Form.TEXT;
    }
}
