package io.sluice.loadtests.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The pages of customers with their orders that one reader follows, as far as they have come. Everything that is not as it
 * must be throws {@link ContentException}. Used by one reader at a time.
 */
public final class Walk {

    /**
     * What every page has to be.
     *
     * @param pages so many of them are followed at most
     * @param customers of a full page
     * @param orders so many of each customer at most
     */
    public record Shape(int pages, int customers, int orders) {}

    private final Shape shape;
    private final int expected;
    private final Set<Long> orders = new HashSet<>();
    private long lastCustomer;
    private List<Long> lastOrders = List.of();
    private int pages;
    private int customers;

    /**
     * @param after the customer behind whom the walk begins
     * @param expected so many customers are behind that one at least, all pages together
     */
    public Walk(Shape shape, long after, int expected) {
        this.shape = shape;
        this.expected = expected;
        this.lastCustomer = after;
    }

    /**
     * The next page: customers in ascending order of id, none for a second time; the orders of each are its own, newest
     * first, none of them seen before. A page that others follow is full; behind the last one nobody is left.
     *
     * @param more whether the answer leads to another page
     */
    public void page(List<JsonNode> rows, boolean more) {
        if (rows.size() > shape.customers() || (more && rows.size() < shape.customers())) {
            throw new ContentException(
                    "has " + rows.size() + " customers instead of " + shape.customers() + (more ? "" : " at most"), "");
        }
        rows.forEach(this::customer);
        pages++;
        customers += rows.size();
        if (!more && customers < expected) {
            throw new ContentException(
                    "is the last page after " + customers + " customers of " + expected + " at least", "");
        }
    }

    /** Whether the walk is as long as it may become. */
    public boolean complete() {
        return pages >= shape.pages();
    }

    /** The customer seen last. */
    public long lastCustomer() {
        return lastCustomer;
    }

    /** The orders of the customer seen last, asked for alone, are the ones that came with it. */
    public void sameOrders(List<JsonNode> rows) {
        List<Long> alone = rows.stream().map(row -> Rows.longOf(row, "id")).toList();
        if (!alone.equals(lastOrders)) {
            throw new ContentException(
                    "has not the orders " + lastOrders + " that came with customer " + lastCustomer, alone.toString());
        }
    }

    private void customer(JsonNode row) {
        long id = Rows.longOf(row, "id");
        if (id <= lastCustomer) {
            throw new ContentException("has customer " + id + " after " + lastCustomer, row.toString());
        }
        List<JsonNode> own = Rows.ofArray(row.path("orders").toString());
        Rows.pageOf(id, shape.orders(), own);
        lastOrders = own.stream().map(order -> Rows.longOf(order, "id")).toList();
        lastCustomer = id;
        for (Long order : lastOrders) {
            if (!orders.add(order)) {
                throw new ContentException("has order " + order + " for a second time", row.toString());
            }
        }
    }
}
