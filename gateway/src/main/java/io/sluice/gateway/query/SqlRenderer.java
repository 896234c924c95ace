package io.sluice.gateway.query;

import io.sluice.gateway.query.RowShape.Aggregated;
import io.sluice.gateway.query.RowShape.Mapped;
import io.sluice.gateway.schema.MediaHandler;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.LongPredicate;

/** Plans to statements. Pure: the same plan always gives the same text. */
public final class SqlRenderer {

    private final LongPredicate direct;

    /** {@code direct} tells which type oids a row writer turns into JSON by itself. */
    public SqlRenderer(LongPredicate direct) {
        this.direct = direct;
    }

    /** The rows of a plan and nothing else. */
    public Sql read(ReadPlan plan, RowShape shape) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        if (isWhole(shape)) {
            out.sql("SELECT ");
            whole(out, select, plan, shape);
        } else {
            select.top(plan, shape);
        }
        if (!out.hasBinds()) {
            // Without any parameter the driver would use the simple protocol, which knows no demand.
            out.sql(" OFFSET ").bind("0");
        }
        return out.build();
    }

    /**
     * The rows that a plan with a {@link Predicate.Keyed} has for each of these keys, behind their key; those of one key
     * come one after another, in the order of the plan.
     */
    Sql readKeyed(ReadPlan plan, String keyType, List<String> keys) {
        SqlBuilder out = new SqlBuilder();
        out.sql("SELECT ").column(KeyedPlan.KEYS, KeyedPlan.KEY).sql(", sluice_rows.* FROM unnest(");
        out.bind(FilterSql.arrayLiteral(keys)).sql("::" + keyType + "[]) AS " + KeyedPlan.KEYS);
        out.sql("(" + KeyedPlan.KEY + ") CROSS JOIN LATERAL (");
        new ReadSql(out, direct).top(plan, RowShape.COLUMNS);
        return out.sql(") AS sluice_rows").build();
    }

    /** The rows of a plan behind {@link Frame}; with the number of all rows where it is asked for. */
    public Sql readFramed(ReadPlan plan, RowShape shape, Count counted) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        out.sql("SELECT sluice_frame.*, sluice_rows.* FROM (SELECT ");
        total(out, select, plan, counted);
        out.sql(" AS sluice_total, NULL::text AS sluice_inserted, NULL::text AS sluice_key, ")
                .sql(Frame.SETTINGS);
        rows(out, select, plan, shape);
        return out.build();
    }

    /**
     * The rows of a plan with the values of their places as last columns; behind {@link Frame} where {@code framed}. The
     * shape must be one of columns.
     */
    public Sql readPlaced(KeysetPlan plan, RowShape shape, boolean framed) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        if (framed) {
            out.sql("SELECT sluice_frame.*, sluice_rows.* FROM (SELECT NULL::text AS sluice_total, "
                            + "NULL::text AS sluice_inserted, NULL::text AS sluice_key, ")
                    .sql(Frame.SETTINGS)
                    .sql(") AS sluice_frame LEFT JOIN (SELECT TRUE AS sluice_present");
            select.placed(plan, shape, true);
            out.sql(") AS sluice_rows ON TRUE");
        } else {
            select.placed(plan, shape, false);
        }
        if (!out.hasBinds()) {
            out.sql(" OFFSET ").bind("0");
        }
        return out.build();
    }

    /**
     * The rows of a page behind {@link Frame}, whose key is the place of the last row where others follow it; with the
     * number of all rows where it is asked for. The page must have a limit of at least one row.
     */
    public Sql readKeyset(KeysetPlan plan, RowShape shape, Count counted) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        List<String> names = plan.page().columnNames();
        out.sql("WITH sluice_page (sluice_place");
        for (int i = 0; i < names.size(); i++) {
            out.sql(", sluice_" + i);
        }
        out.sql(") AS MATERIALIZED (");
        select.keyed(plan, isWhole(shape) ? RowShape.TEXT : shape);
        out.sql(") SELECT sluice_frame.*, sluice_rows.* FROM (SELECT ");
        total(out, select, plan.all(), counted);
        out.sql(" AS sluice_total, NULL::text AS sluice_inserted, CASE WHEN (SELECT count(*) FROM sluice_page) > ");
        out.bind(Long.toString(plan.limit())).sql(" THEN (SELECT sluice_place FROM sluice_page LIMIT 1 OFFSET ");
        out.bind(Long.toString(plan.limit() - 1)).sql(") END AS sluice_key, ").sql(Frame.SETTINGS);
        out.sql(") AS sluice_frame LEFT JOIN (SELECT TRUE AS sluice_present");
        keysetRows(out, names, shape);
        out.sql(" LIMIT ").bind(Long.toString(plan.limit())).sql(") AS sluice_rows ON TRUE");
        return out.build();
    }

    private static void keysetRows(SqlBuilder out, List<String> names, RowShape shape) {
        out.sql(isWhole(shape) ? ", " + wholeRow(shape) + " AS row FROM (SELECT" : names.isEmpty() ? "" : ",");
        String glue = " ";
        for (int i = 0; i < names.size(); i++) {
            out.sql(glue + "sluice_" + i + " AS ").identifier(names.get(i));
            glue = ", ";
        }
        out.sql(" FROM sluice_page").sql(isWhole(shape) ? ") AS sluice_row" : "");
    }

    private static void total(SqlBuilder out, ReadSql select, ReadPlan plan, Count counted) {
        if (!counted.wanted()) {
            out.sql("NULL::text");
        } else if (counted.limited()) {
            out.sql("(SELECT count(*) FROM (");
            select.ones(plan);
            out.sql(" LIMIT ").bind(Long.toString(counted.most() + 1)).sql(") AS sluice_counted)::text");
        } else {
            out.sql("(");
            select.count(plan);
            out.sql(")::text");
        }
    }

    /** PostgreSQL's guess at the number of rows of a plan before its page is cut out, as a plan in JSON. */
    public Sql guess(ReadPlan plan) {
        SqlBuilder out = new SqlBuilder();
        out.sql("EXPLAIN (FORMAT JSON) ");
        new ReadSql(out, direct).ones(plan);
        return out.build();
    }

    /** Locks the rows of a plan until the transaction ends, and yields one for each. */
    public Sql lock(ReadPlan plan) {
        SqlBuilder out = new SqlBuilder();
        new ReadSql(out, direct).ones(plan);
        out.sql(" FOR UPDATE OF ").identifier(plan.alias());
        return out.build();
    }

    /** A write, and what came of it behind {@link Frame}. */
    public Sql write(WritePlan plan, RowShape shape) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        WriteSql write = new WriteSql(out, select);
        out.sql("WITH ");
        if (plan.isByKey()) {
            write.bodyByKey(plan);
        }
        out.sql(Source.COMMON + " AS (");
        write.write(plan);
        out.sql(") SELECT sluice_frame.*, ");
        out.sql(plan.representation() == null ? "NULL::boolean AS sluice_present" : "sluice_rows.*");
        out.sql(" FROM (SELECT count(*)::text AS sluice_total, ");
        if (plan.isByKey()) {
            WriteSql.repeatedKeys(out, plan);
        } else {
            out.sql(plan.conflict() == null ? "NULL::text" : WriteSql.insertedCount());
        }
        out.sql(" AS sluice_inserted, ");
        key(out, plan);
        out.sql(" AS sluice_key, ").sql(Frame.SETTINGS).sql(" FROM " + Source.COMMON);
        if (plan.representation() == null) {
            out.sql(") AS sluice_frame");
        } else {
            rows(out, select, plan.representation(), shape);
        }
        return out.build();
    }

    /** A call, and what came of it behind {@link Frame}; with the number of all rows where {@code counted}. */
    public Sql call(CallPlan plan, RowShape shape, boolean counted) {
        SqlBuilder out = new SqlBuilder();
        ReadSql select = new ReadSql(out, direct);
        out.sql("WITH " + Source.COMMON + " AS MATERIALIZED (");
        new CallSql(out).call(plan);
        out.sql(") SELECT sluice_frame.*, ");
        out.sql(plan.read() == null ? "NULL::boolean AS sluice_present" : "sluice_rows.*");
        out.sql(" FROM (SELECT ");
        if (counted && plan.read() != null) {
            out.sql("(");
            select.count(plan.read());
            out.sql(")::text");
        } else {
            out.sql("NULL::text");
        }
        // Counting all rows makes the whole call before the settings are read that it may have changed.
        out.sql(" AS sluice_total, count(*)::text AS sluice_inserted, NULL::text AS sluice_key, ")
                .sql(Frame.SETTINGS)
                .sql(" FROM " + Source.COMMON);
        if (plan.read() == null) {
            out.sql(") AS sluice_frame");
        } else {
            rows(out, select, plan.read(), shape);
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

    private static void rows(SqlBuilder out, ReadSql select, ReadPlan plan, RowShape shape) {
        out.sql(") AS sluice_frame LEFT JOIN (SELECT TRUE AS sluice_present");
        if (isWhole(shape)) {
            out.sql(", ");
            whole(out, select, plan, shape);
        } else {
            select.topBehind(plan, shape);
        }
        out.sql(") AS sluice_rows ON TRUE");
    }

    private static boolean isWhole(RowShape shape) {
        return RowShape.OBJECT.equals(shape)
                || RowShape.STRIPPED_OBJECT.equals(shape)
                || shape instanceof Aggregated
                || shape instanceof Mapped;
    }

    private static String wholeRow(RowShape shape) {
        if (shape instanceof Mapped mapped) {
            return mapped.function().quoted() + "(sluice_row)::json";
        }
        return RowShape.OBJECT.equals(shape) ? "row_to_json(sluice_row)" : "json_strip_nulls(row_to_json(sluice_row))";
    }

    private static void whole(SqlBuilder out, ReadSql select, ReadPlan plan, RowShape shape) {
        if (shape instanceof Aggregated aggregated) {
            aggregate(out, aggregated.handler());
        } else {
            out.sql(wholeRow(shape));
        }
        out.sql(" AS row FROM (");
        select.top(plan, RowShape.TEXT);
        out.sql(") AS sluice_row");
    }

    private static void aggregate(SqlBuilder out, MediaHandler handler) {
        out.relation(Objects.requireNonNull(handler.function())).sql("(sluice_row");
        if (handler.target() != null) {
            out.sql("::").relation(handler.target());
        }
        out.sql(")");
    }

    /** What of PostgreSQL's plans can be asked for. */
    public enum ExplainOption {
        ANALYZE,
        VERBOSE,
        SETTINGS,
        BUFFERS,
        WAL
    }

    /** What PostgreSQL would do for a statement; with {@link ExplainOption#ANALYZE} it does it, too. */
    public static Sql explain(Sql sql, boolean json, List<ExplainOption> options) {
        StringJoiner list = new StringJoiner(", ", "EXPLAIN (", ") ");
        list.add(json ? "FORMAT JSON" : "FORMAT TEXT");
        options.forEach(option -> list.add(option.name()));
        return new Sql(list + sql.text(), sql.binds());
    }
}
