package io.sluice.gateway.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OneByOneTests {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final OneByOne reads = new OneByOne(3, clock);

    @Test
    void theThirdOfARunIsTold() {
        assertThat(read("ada", "id", "1", null)).isNull();
        assertThat(read("ada", "id", "1", null)).as("the same again").isNull();
        assertThat(read("ada", "id", "a b", null)).isNull();
        assertThat(read("bob", "id", "3", null)).as("somebody else").isNull();
        assertThat(read("ada", "id", "3", null))
                .isEqualTo("rows of orders are read one by one; GET /rest/v1/orders?id=in.(1,a%20b,3,...) would do");
        assertThat(reads.findings()).singleElement().satisfies(finding -> assertThat(finding.reads())
                .isEqualTo(1));
    }

    @Test
    void aParentIsToBeAskedWithItsRows() {
        read("ada", "customer_id", "1", "customers");
        read("ada", "customer_id", "2", "customers");
        assertThat(read("ada", "customer_id", "3", "customers")).contains("GET /rest/v1/customers?select=*,orders(*)");
    }

    @Test
    void aPauseEndsARun() {
        read("ada", "id", "1", null);
        read("ada", "id", "2", null);
        now = now.plusSeconds(3);
        assertThat(read("ada", "id", "3", null)).isNull();
    }

    @Test
    void noMoreIsRememberedThanTheLimitAndOldRunsMakeRoom() {
        for (int i = 0; i < OneByOne.MOST_RUNS + 100; i++) {
            read("client" + i, "id", "1", null);
        }
        assertThat(reads.watched()).isEqualTo(OneByOne.MOST_RUNS);
        now = now.plusSeconds(3);
        read("new", "id", "1", null);
        assertThat(reads.watched()).isEqualTo(1);
        for (int i = 0; i < OneByOne.MOST_FINDINGS + 50; i++) {
            for (int value = 0; value < 3; value++) {
                read("new", "column" + i, Integer.toString(value), null);
            }
        }
        assertThat(reads.findings()).hasSize(OneByOne.MOST_FINDINGS);
    }

    private @Nullable String read(String client, String column, String value, @Nullable String parent) {
        return reads.advice(new OneByOne.Read(client, "/rest/v1/orders", "orders", column, value, parent));
    }
}
