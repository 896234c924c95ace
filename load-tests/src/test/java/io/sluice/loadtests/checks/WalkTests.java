package io.sluice.loadtests.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WalkTests {

    private static final String FIRST = "[{'id':4,'orders':[{'id':9,'customer_id':4},{'id':2,'customer_id':4}]},"
            + "{'id':6,'orders':[{'id':8,'customer_id':6}]}]";

    private final Walk walk = new Walk(new Walk.Shape(2, 2, 2), 3, 3);

    @Test
    void pagesThatGoOnBehindOneAnotherAreRight() {
        walk.page(rows(FIRST), true);
        assertThat(walk.complete()).isFalse();
        walk.page(rows("[{'id':7,'orders':[]}]"), false);
        assertThat(walk.complete()).isTrue();
        assertThat(walk.lastCustomer()).isEqualTo(7);
    }

    @Test
    void anOrderBelongsToItsCustomer() {
        refuses(
                () -> walk.page(rows("[{'id':4,'orders':[{'id':9,'customer_id':5}]}]"), false),
                "another customer than 4");
    }

    @Test
    void theOrdersOfACustomerAreNewestFirstAndNotTooMany() {
        refuses(
                () -> walk.page(rows("[{'id':4,'orders':[{'id':2,'customer_id':4},{'id':9,'customer_id':4}]}]"), false),
                "descending");
        refuses(
                () -> new Walk(new Walk.Shape(1, 2, 1), 0, 0).page(rows(FIRST), false),
                "2 rows, more than the limit 1");
        refuses(() -> walk.page(rows("[{'id':4}]"), false), "is empty");
        refuses(() -> walk.page(rows("[{'id':4,'orders':null}]"), false), "no");
    }

    @Test
    void noCustomerComesTwiceOrOutOfOrder() {
        refuses(() -> walk.page(rows("[{'id':3,'orders':[]}]"), false), "customer 3 after 3");
        walk.page(rows(FIRST), true);
        refuses(() -> walk.page(rows("[{'id':6,'orders':[]}]"), false), "customer 6 after 6");
    }

    @Test
    void noOrderComesTwice() {
        walk.page(rows(FIRST), true);
        refuses(() -> walk.page(rows("[{'id':7,'orders':[{'id':9,'customer_id':7}]}]"), false), "order 9 for a second");
    }

    @Test
    void aPageThatOthersFollowIsFull() {
        refuses(() -> walk.page(rows("[{'id':4,'orders':[]}]"), true), "1 customers instead of 2");
        refuses(() -> walk.page(rows("[{'id':4},{'id':5},{'id':6}]"), false), "3 customers instead of 2 at most");
    }

    @Test
    void behindTheLastPageNobodyIsLeft() {
        refuses(() -> walk.page(rows(FIRST), false), "after 2 customers of 3");
    }

    @Test
    void theOrdersOfACustomerAreTheSameWhenTheyAreAskedForAlone() {
        walk.page(rows(FIRST), true);
        assertThatCode(() -> walk.sameOrders(rows("[{'id':8}]"))).doesNotThrowAnyException();
        refuses(() -> walk.sameOrders(rows("[]")), "[8]");
        refuses(() -> walk.sameOrders(rows("[{'id':8},{'id':1}]")), "[8]");
    }

    private static List<JsonNode> rows(String json) {
        return Rows.ofArray(json.replace('\'', '"'));
    }

    private static void refuses(ThrowingCallable check, String message) {
        assertThatExceptionOfType(ContentException.class).isThrownBy(check).withMessageContaining(message);
    }
}
