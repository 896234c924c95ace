package io.sluice.gateway.query;

import static io.sluice.gateway.query.OrderReads.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.gateway.error.ApiException;
import io.sluice.routing.testing.Allocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Plans and their SQL, without a database. */
class SqlRendererTests {

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
        assertThat(sql(OrderReads.EMBED).text())
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

    @Test
    void aPointReadIsPlannedWithLittleGarbage() {
        long bytes = Allocation.bytesEach(() -> sql(OrderReads.POINT));
        assertThat(bytes).isLessThanOrEqualTo(9_500);
    }
}
