package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.loadtests.checks.Rows;
import io.sluice.loadtests.checks.Walk;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Customers with their newest orders in one answer, page behind page. All of it reads and saves {@code walk}; a page saves
 * {@code next}, the path of the page behind it, or {@link #END}. Orders newer than {@code newest} are left out, so that a
 * customer's orders stay the same while others write.
 */
public final class CustomerPages {

    /** What {@code next} is on the last page. */
    public static final String END = "";

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");

    private CustomerPages() {}

    /** The first page; reads {@code after}, the customer behind whom it begins. */
    public static HttpRequestActionBuilder first(Walk.Shape shape) {
        return verified(http("page customers with orders")
                .get("/rest/v1/customers")
                .header("Prefer", "pages=keyset")
                .queryParam("select", "id,name,email,orders(id,customer_id,item,amount)")
                .queryParam("id", "gt.#{after}")
                .queryParam("order", "id.asc")
                .queryParam("limit", shape.customers())
                .queryParam("orders.id", "lte.#{newest}")
                .queryParam("orders.order", "id.desc")
                .queryParam("orders.limit", shape.orders()));
    }

    /** The page that {@code next} leads to. */
    public static HttpRequestActionBuilder next() {
        return verified(http("next page customers with orders").get("#{next}"));
    }

    /** The orders of the customer seen last, which must be those that came with it. */
    public static HttpRequestActionBuilder ordersAlone(Walk.Shape shape) {
        return Content.verified(
                http("orders of the last customer")
                        .get("/rest/v1/orders")
                        .queryParam("select", "id")
                        .queryParam(
                                "customer_id", session -> "eq." + walk(session).lastCustomer())
                        .queryParam("id", "lte.#{newest}")
                        .queryParam("order", "id.desc")
                        .queryParam("limit", shape.orders())
                        .check(status().is(200)),
                "the orders",
                (body, session) -> walk(session).sameOrders(Rows.ofArray(body)));
    }

    /** The walk of a session. */
    public static Walk walk(Session session) {
        return Objects.requireNonNull(session.<Walk>get("walk"));
    }

    private static HttpRequestActionBuilder verified(HttpRequestActionBuilder request) {
        return Content.verified(
                request.check(status().is(200))
                        .check(header("Link")
                                .withDefault(END)
                                .transform(CustomerPages::nextOf)
                                .saveAs("next")),
                "the page",
                (body, session) -> walk(session).page(Rows.ofArray(body), !END.equals(session.getString("next"))));
    }

    /** The path in a header {@code Link} that leads on. */
    static String nextOf(String link) {
        Matcher matcher = NEXT.matcher(link);
        return matcher.find() ? matcher.group(1) : END;
    }
}
