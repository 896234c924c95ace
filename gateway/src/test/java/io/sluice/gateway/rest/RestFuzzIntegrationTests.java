package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Tokens;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/**
 * Random requests over the whole grammar, hostile names and values among them: whatever is asked, the gateway answers
 * 2xx or 4xx, and PostgreSQL never sees SQL that it cannot parse. Longer with {@code -Dsluice.fuzz.seconds=600}; a
 * failure names its seed.
 */
@PostgresTest(replicas = 0)
class RestFuzzIntegrationTests {

    private static final long SEED = Long.getLong("sluice.fuzz.seed", 42);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 20));
    private static final int MOST_REQUESTS = 1_000_000;

    private static final List<String> TABLES = List.of("customers", "orders", "items", "order_items", "big_orders");
    private static final List<String> COLUMNS = List.of(
            "id", "name", "email", "customer_id", "amount", "tags", "data", "placed", "search", "during", "order_id");
    private static final List<String> OPERATORS = List.of(
            "eq",
            "neq",
            "gt",
            "gte",
            "lt",
            "lte",
            "like",
            "ilike",
            "match",
            "imatch",
            "cs",
            "cd",
            "ov",
            "sl",
            "sr",
            "nxr",
            "nxl",
            "adj",
            "isdistinct",
            "fts",
            "plfts(english)",
            "wfts",
            "like(any)",
            "eq(all)",
            "in",
            "is");
    private static final List<String> VALUES = List.of(
            "1",
            "-1",
            "0.5",
            "a",
            "",
            "null",
            "not_null",
            "true",
            "{1,2}",
            "{a,b}",
            "(1,2)",
            "(a,\"b,c\")",
            "()",
            "[1,5)",
            "2026-01-01",
            "'; DROP TABLE orders; --",
            "\"",
            "\\",
            "$1",
            "a'b",
            "%",
            "*x*",
            "{\"k\":1}",
            "é漢",
            "\u0001",
            "99999999999999999999",
            "(,)",
            "{{1},{2}}",
            "((",
            "nul\u0000l");
    private static final List<String> CASTS =
            List.of("text", "int", "json", "numeric", "double precision", "no such type", "timestamptz", "bit", "x$y");

    private static final Pattern BAD_SEARCH = Pattern.compile("\"code\":\"42601\",\"message\":\""
            + "(syntax error in ts(query|vector)|no operand in tsquery|there is no escaped character)");
    private static final String SECRET = "a secret of more than thirty-two bytes";
    private static final List<String> CLAIMS = List.of(
            "{\"role\":\"fuzz_anyone\"}",
            "{\"role\":\"fuzz_anyone\",\"sub\":\"'; DROP TABLE orders; --\"}",
            "{\"role\":\"fuzz_anyone\",\"sub\":\"\\\\' \\\\\\\\ $1 \\u0000\"}",
            "{\"role\":\"x'; DROP TABLE orders; --\"}",
            "{\"role\":\"\\\\'\\\"\"}");
    private static final List<String> HEADERS =
            List.of("plain", "'; DROP TABLE orders; --", "\\", "\\'", "E'\\\\'", "$$ $1 ?", "\"");
    private static final List<String> PREFERENCES = List.of(
            "count=exact",
            "count=planned",
            "return=representation",
            "return=headers-only",
            "resolution=merge-duplicates",
            "resolution=ignore-duplicates, return=representation",
            "missing=default, return=representation",
            "timezone=Europe/Berlin",
            "timezone='; DROP TABLE orders; --",
            "pages=keyset");
    private static final List<String> FORMS = List.of(
            "application/json",
            "text/csv",
            "application/x-ndjson",
            "application/vnd.pgrst.object+json",
            "application/vnd.pgrst.array+json;nulls=stripped",
            "application/vnd.pgrst.plan+json; options=analyze|verbose");
    private static final List<String> BODIES = List.of(
            "{\"id\":7}",
            "[{\"id\":8,\"name\":\"a'b\"},{\"id\":9,\"name\":null}]",
            "{\"name\":\"\\\"; --\",\"email\":\"\\u0000\"}",
            "{\"no such\":1}",
            "{\"a\\\"b\":1}",
            "{}",
            "[]",
            "[1]",
            "{",
            "",
            "id,name\n7,\"x\"\"y\"",
            "{\"amount\":\"1e400\",\"tags\":[1,{}],\"data\":\"{\"}");

    private final Random random = new Random(SEED);

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void answersWhateverIsAsked(TestDatabase database) {
        ShopSchema.create(database);
        database.execute("DO $$ BEGIN CREATE ROLE fuzz_anyone; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                + "GRANT ALL ON ALL TABLES IN SCHEMA public TO fuzz_anyone");
        try (GatewayUnderTest gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.aggregates-enabled=true",
                "--sluice.rest.plan-enabled=true",
                "--sluice.rest.tx-end=commit-allow-override",
                "--sluice.rest.jwt.secret=" + SECRET)) {
            Instant end = Instant.now().plus(TIME);
            int ok = 0;
            int requests = 0;
            for (; requests < MOST_REQUESTS && Instant.now().isBefore(end); requests++) {
                String path = request();
                ok += check(gateway, path, "seed " + SEED + ", request " + requests + ": " + path);
            }
            System.out.println(
                    "fuzz: " + requests + " requests with seed " + SEED + ", " + ok + " of them answered 2xx");
            assertThat(ok).as("requests that made sense").isPositive();
            assertThat(database.value("SELECT count(*) FROM orders")).isEqualTo("4");
        }
    }

    private int check(GatewayUnderTest gateway, String path, String description) {
        String method =
                path.contains("/rpc/") || random.nextInt(3) > 0 ? "GET" : one(List.of("POST", "PATCH", "DELETE"));
        EntityExchangeResult<String> answer = gateway.client()
                .method(HttpMethod.valueOf(method))
                .uri(URI.create(gateway.url() + path))
                .header("Prefer", "tx=rollback, " + one(PREFERENCES))
                .header("Accept", one(FORMS))
                .header("X-Hostile", one(HEADERS))
                .header("Content-Type", random.nextInt(8) == 0 ? "text/csv" : "application/json")
                .header("Authorization", Tokens.bearer(SECRET, one(CLAIMS)))
                .bodyValue(method.equals("GET") || method.equals("DELETE") ? "" : one(BODIES))
                .exchange()
                .expectBody(String.class)
                .returnResult();
        int status = answer.getStatus().value();
        assertThat(status)
                .as("%s %s: %s", method, description, answer.getResponseBody())
                .isBetween(200, 499);
        if (status >= 400) {
            // A search or a document that is none is the client's own mistake, and has the same code.
            assertThat(BAD_SEARCH
                            .matcher(String.valueOf(answer.getResponseBody()))
                            .replaceAll(""))
                    .as(description)
                    .doesNotContain("\"code\":\"42601\"");
        }
        return status < 300 ? 1 : 0;
    }

    private String request() {
        StringBuilder query = new StringBuilder("/rest/v1/");
        query.append(random.nextInt(10) == 0 ? "rpc/orders_of?who=1" : one(TABLES) + "?select=" + encode(select(2)));
        for (int i = random.nextInt(4); i > 0; i--) {
            query.append('&').append(parameter());
        }
        return query.toString();
    }

    private String parameter() {
        return switch (random.nextInt(9)) {
            case 7 -> "columns=" + encode(one(COLUMNS) + "," + one(COLUMNS));
            case 8 -> "on_conflict=" + encode(one(List.of("id", "id,name", "no_such", "\"; --", "")));
            case 0 -> "order=" + encode(field() + one(List.of("", ".asc", ".desc.nullslast", ".nullsfirst", ".up")));
            case 1 -> "limit=" + encode(one(List.of("0", "1", "10", "-1", "x")));
            case 2 -> "offset=" + encode(one(List.of("0", "1", "99999", "-1")));
            case 3 -> one(List.of("or", "and", "not.or", "orders.or")) + "=" + encode(tree(2));
            case 4 -> encode(one(TABLES) + "." + one(COLUMNS)) + "=" + encode(filter());
            case 5 -> encode(one(TABLES)) + "=" + one(List.of("is.null", "not.is.null", "eq.1"));
            default -> encode(field()) + "=" + encode(filter());
        };
    }

    private String filter() {
        return (random.nextInt(4) == 0 ? "not." : "") + one(OPERATORS) + "." + one(VALUES);
    }

    private String tree(int depth) {
        StringBuilder tree = new StringBuilder("(");
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            boolean nested = depth > 0 && random.nextInt(4) == 0;
            tree.append(nested ? one(List.of("and", "not.or")) + tree(depth - 1) : field() + "." + filter());
            tree.append(i > 1 ? "," : "");
        }
        return tree.append(')').toString();
    }

    private String select(int depth) {
        StringBuilder select = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            select.append(item(depth)).append(i > 1 ? "," : "");
        }
        return select.toString();
    }

    private String item(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 4)) {
            case 0 -> "*";
            case 1 -> "x:" + field() + "::" + one(CASTS);
            case 2 -> field() + one(List.of(".sum()", ".max()::text", ".count()", ""));
            case 3 -> field();
            case 4 -> "..." + one(TABLES) + "(" + select(depth - 1) + ")";
            case 5 -> one(TABLES) + "!inner(" + select(depth - 1) + ")";
            default -> "y:" + one(TABLES) + "(" + select(depth - 1) + ")";
        };
    }

    private String field() {
        String column = random.nextInt(12) == 0
                ? one(List.of("\"a\\\"b\"", "no_such", "é", "a-b", "'", "\"; --\""))
                : one(COLUMNS);
        return column + one(List.of("", "", "", "->k", "->>0", "->k->>n", "->'x", "->>-1", "->a\\b"));
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
