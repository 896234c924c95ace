package io.sluice.gateway.query;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.MediaHandlers;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads of orders and their customers, from the query string to the statement. */
final class OrderReads {

    static final String POINT = "id=eq.1&select=id,customer_id";
    static final String LIST = "select=id,customer_id&customer_id=in.(1,2,3)&id=gt.1000&order=id.desc&limit=20";
    static final String EMBED = "select=id,customers(name)&customers.name=eq.x&limit=20";

    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final QualifiedName CUSTOMERS = new QualifiedName("public", "customers");
    private static final Table ORDERS_TABLE = table(ORDERS, "id", "customer_id", "we\"ird");
    private static final Schema SCHEMA = new Schema(
            Map.of(ORDERS, ORDERS_TABLE, CUSTOMERS, table(CUSTOMERS, "id", "name")),
            Map.of(
                    ORDERS,
                    List.of(new Relationship.Key(
                            ORDERS,
                            CUSTOMERS,
                            Relationship.Cardinality.MANY_TO_ONE,
                            "orders_customer_id_fkey",
                            true,
                            List.of(new Relationship.Pair("customer_id", "id"))))),
            Map.of(),
            Map.of(),
            MediaHandlers.NONE,
            Map.of());
    private static final PlanLimits LIMITS = new PlanLimits(List.of("public"), null, false, false);

    private OrderReads() {}

    /** What every request pays before PostgreSQL hears of it. */
    static Sql sql(String query) {
        ReadPlan plan = ReadPlanner.plan(QueryParser.parse(query), Source.of(ORDERS_TABLE, Map.of()), SCHEMA, LIMITS);
        return new SqlRenderer(oid -> true).read(plan, RowShape.COLUMNS);
    }

    private static Table table(QualifiedName name, String... names) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String column : names) {
            columns.put(
                    column,
                    new Column(
                            column,
                            columns.size() + 1,
                            25,
                            25,
                            "text",
                            "text",
                            true,
                            null,
                            Column.Generation.NONE,
                            Column.Converters.NONE,
                            List.of(),
                            null));
        }
        Table.Writes writes = new Table.Writes(true, true, true);
        return new Table(
                name,
                Table.Kind.TABLE,
                1,
                columns,
                List.of(names[0]),
                List.of(),
                Set.of(names[0], names[1]),
                writes,
                null);
    }
}
