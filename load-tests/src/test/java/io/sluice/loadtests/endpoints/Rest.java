package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.loadtests.checks.Rows;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /rest/v1}. Session attributes that requests read are named in their documentation. */
public final class Rest {

    /** The name of the request that judges a run. */
    public static final String VERDICT = "verdict";

    /** The name of the requests that count the rows of a run. */
    public static final String AUDIT = "audit orders";

    private static final String ORDERS = "/rest/v1/orders";

    private Rest() {}

    /** One row by its key; reads {@code id}. */
    public static HttpRequestActionBuilder point(String table) {
        return Content.verified(
                http("point " + table)
                        .get("/rest/v1/" + table)
                        .queryParam("id", "eq.#{id}")
                        .check(status().is(200)),
                "the row",
                (body, session) -> Rows.one(Rows.ofArray(body), session.getLong("id")));
    }

    /** The newest orders of a customer; reads {@code customer}. */
    public static HttpRequestActionBuilder page(int limit) {
        return Content.verified(
                http("page orders")
                        .get(ORDERS)
                        .queryParam("customer_id", "eq.#{customer}")
                        .queryParam("order", "id.desc")
                        .queryParam("limit", limit)
                        .check(status().is(200)),
                "the page",
                (body, session) -> Rows.pageOf(session.getLong("customer"), limit, Rows.ofArray(body)));
    }

    /** Orders after an id as NDJSON; reads {@code after} and {@code atLeast}, the rows that must come. */
    public static HttpRequestActionBuilder stream(int limit) {
        return Content.verified(
                http("stream orders")
                        .get(ORDERS)
                        .header("Accept", "application/x-ndjson")
                        .queryParam("id", "gt.#{after}")
                        .queryParam("order", "id.asc")
                        .queryParam("limit", limit)
                        .body(Once.body(session -> ""))
                        .check(status().is(200)),
                "the stream",
                (body, session) ->
                        Rows.after(session.getLong("after"), session.getInt("atLeast"), limit, Rows.ofLines(body)));
    }

    /** Inserts one order and saves its {@code id} and the {@code token}; reads {@code item}. */
    public static HttpRequestActionBuilder insert(Function<Session, String> order) {
        return http("insert order")
                .post(ORDERS)
                .header("Prefer", "return=representation")
                .header("Content-Type", "application/json")
                .body(StringBody(order))
                .check(status().is(201))
                .check(header(Protocols.CONSISTENCY_TOKEN).saveAs("token"))
                .check(bodyString()
                        .transformWithSession((body, session) -> inserted(body, session.getString("item")))
                        .saveAs("id"));
    }

    /** Reads a row with the token of a write; reads {@code id} and {@code token}. */
    public static HttpRequestActionBuilder withToken(String name, BiConsumer<JsonNode, Session> verification) {
        return Content.verified(
                http(name)
                        .get(ORDERS)
                        .header(Protocols.CONSISTENCY_TOKEN, "#{token}")
                        .queryParam("id", "eq.#{id}")
                        .check(status().is(200)),
                "the row just written",
                (body, session) -> verification.accept(Rows.one(Rows.ofArray(body), session.getLong("id")), session));
    }

    /** The newest order of {@code customer}, as old as it may be; {@code newest} is told its id, or 0 without one. */
    public static HttpRequestActionBuilder newestOf(String name, BiConsumer<Long, Session> newest) {
        return Content.verified(
                http(name)
                        .get(ORDERS)
                        .queryParam("select", "id,customer_id")
                        .queryParam("customer_id", "eq.#{customer}")
                        .queryParam("order", "id.desc")
                        .queryParam("limit", 1)
                        .check(status().is(200)),
                "the newest order",
                (body, session) -> {
                    List<JsonNode> rows = Rows.ofArray(body);
                    Rows.pageOf(session.getLong("customer"), 1, rows);
                    newest.accept(rows.isEmpty() ? 0 : Rows.longOf(rows.get(0), "id"), session);
                });
    }

    /** The same, but no older than {@code token}. */
    public static HttpRequestActionBuilder newestOfWithToken(String name, BiConsumer<Long, Session> newest) {
        return newestOf(name, newest).header(Protocols.CONSISTENCY_TOKEN, "#{token}");
    }

    /** A page of the orders of this run; reads {@code after} and {@code token}. */
    public static HttpRequestActionBuilder rowsMarked(String mark, int limit, Content.Verification verification) {
        return Content.verified(
                http(AUDIT)
                        .get(ORDERS)
                        .header(Protocols.CONSISTENCY_TOKEN, "#{token}")
                        .queryParam("select", "id")
                        .queryParam("id", "gt.#{after}")
                        .queryParam("item", "like." + mark + "-*")
                        .queryParam("order", "id.asc")
                        .queryParam("limit", limit)
                        .check(status().is(200)),
                "the rows",
                verification);
    }

    /**
     * One more small read, whose check carries a verdict on the whole run: so it counts as a failed request when the
     * objection is not null, and shows that the gateway still answers.
     */
    public static HttpRequestActionBuilder verdict(Supplier<@Nullable String> objection) {
        return Content.verified(
                http(VERDICT)
                        .get("/rest/v1/customers")
                        .queryParam("select", "id")
                        .queryParam("limit", 1)
                        .check(status().is(200)),
                "the run",
                (body, session) -> {
                    Rows.count(Rows.ofArray(body), 1);
                    String found = objection.get();
                    if (found != null) {
                        throw new IllegalStateException(found);
                    }
                });
    }

    private static long inserted(String body, String item) {
        JsonNode row = Rows.parse(body);
        JsonNode order = row.isArray() && row.size() == 1 ? row.get(0) : row;
        Rows.sameText(order, "item", item);
        return Rows.longOf(order, "id");
    }
}
