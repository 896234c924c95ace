package io.sluice.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.MediaHandlers;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import io.sluice.routing.testing.Allocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Plans and their SQL, without a database. */
class SqlRendererTests {

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

    @Test
    void quotesNamesAndBindsValues() {
        Sql sql = sql("select=id,x\"y:we%22%22ird&id=eq.1&or=(id.gt.2,\"we\\\"ird\".like.a*)&order=id.desc&limit=5"
                .replace("x\"y:we%22%22ird", "\"x\\\"y\":\"we\\\"ird\""));
        assertThat(sql.text())
                .isEqualTo("SELECT \"orders\".\"id\" AS \"id\", \"orders\".\"we\"\"ird\" AS \"x\"\"y\""
                        + " FROM \"public\".\"orders\" AS \"orders\" WHERE \"orders\".\"id\" = $1"
                        + " AND (\"orders\".\"id\" > $2 OR \"orders\".\"we\"\"ird\" LIKE $3)"
                        + " ORDER BY \"orders\".\"id\" DESC LIMIT $4");
        assertThat(sql.binds()).containsExactly("1", "2", "a%", "5");
    }

    @Test
    void hasTheSameTextForOtherValues() {
        assertThat(sql("id=eq.1&limit=1").text())
                .isEqualTo(sql("id=eq.2&limit=9").text());
        assertThat(sql("id=in.(1,2,3)").text()).isEqualTo(sql("id=in.(4)").text());
    }

    @Test
    void alwaysHasAParameter() {
        assertThat(sql("select=id").binds()).isNotEmpty();
    }

    @Test
    void embedsInTheSameStatement() {
        assertThat(sql("select=id,customers(name)&customers.name=eq.x").text())
                .contains("LEFT JOIN LATERAL")
                .contains("\"sluice_1\".\"name\" = $1")
                .contains("\"orders\".\"customer_id\" = \"sluice_1\".\"id\"");
    }

    @Test
    void refusesNamesThatAreNotThereAndSaysWhichAreNear() {
        assertRefused("custmer_id=eq.1", "42703", "orders.customer_id");
        assertRefused("select=id,custmers(*)", "PGRST200", "'customers'");
        assertRefused("customers.name=eq.1", "PGRST108", "customers");
        assertRefused("select=id.sum()", "PGRST123", null);
        assertRefused("limit=-1", "PGRST103", null);
    }

    private static void assertRefused(String query, String code, @Nullable String hint) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> sql(query))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(code);
                    if (hint == null) {
                        assertThat(refusal.hint()).isNull();
                    } else {
                        assertThat(refusal.hint()).contains(hint);
                    }
                });
    }

    /** From the query string to the statement: what every request pays before PostgreSQL hears of it. */
    @Test
    void aPointReadIsPlannedWithLittleGarbage() {
        long bytes = Allocation.bytesEach(() -> sql("id=eq.1&select=id,customer_id"));
        assertThat(bytes).isLessThanOrEqualTo(9_500);
    }

    private static Sql sql(String query) {
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
