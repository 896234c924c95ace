package io.sluice.loadtests.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.loadtests.checks.Rows;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrdersTests {

    private final Orders orders = new Orders("run1", new KnownIds(new long[] {3, 5}));

    @Test
    void everyLineIsAnOrderOfAKnownCustomerWithAnItemOfItsOwn() {
        List<JsonNode> rows = Rows.ofLines(orders.ndjson(100, new Random(1)));

        assertThat(rows).hasSize(100).allSatisfy(row -> {
            assertThat(row.path("customer_id").asLong()).isIn(3L, 5L);
            assertThat(row.path("amount").isNumber()).isTrue();
            assertThat(row.path("status").isTextual()).isTrue();
        });
        assertThat(rows)
                .extracting(row -> row.path("item").asText())
                .doesNotHaveDuplicates()
                .allMatch(item -> item.startsWith("run1-"));
    }

    @Test
    void numbersDoNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(Rows.parse(orders.json(3, "x", new Random(1)))
                            .path("amount")
                            .isNumber())
                    .isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }
}
