package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that begin behind a row: {@code Prefer: pages=keyset} and {@code Link: rel="next"}. */
@PostgresTest
class KeysetPagesIntegrationTests {

    private static final Pattern NEXT = Pattern.compile("<([^>]*)>; rel=\"next\"");
    private static final Pattern ID = Pattern.compile("\"id\":(-?\\d+)");

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE TABLE things (id bigint PRIMARY KEY, a int, b text, c numeric NOT NULL, "T" timestamptz NOT NULL,
                  data jsonb, after text);
                INSERT INTO things SELECT i, nullif(i % 7, 3), nullif('B' || i % 5, 'B2'), i % 3 / 8.0,
                  '2026-01-01'::timestamptz + i % 4 * interval '1 microsecond',
                  jsonb_build_object('k', nullif(i % 6, 1)), 'x' FROM generate_series(1, 101) i;
                CREATE TABLE tags (thing bigint REFERENCES things, tag text, PRIMARY KEY (thing, tag));
                INSERT INTO tags SELECT i, t FROM generate_series(1, 20) i, unnest('{a,b,c}'::text[]) t;
                CREATE TABLE keyless (id int);
                """);
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "id.desc",
                "c",
                "c.desc",
                "c,%22T%22.desc",
                "a",
                "a.desc",
                "a.nullsfirst",
                "a.desc.nullslast,b.desc",
                "b.nullsfirst,a.desc,c",
                "data-%3Ek.desc",
                "data-%3E%3Ek,b"
            })
    void theLinksLeadThroughEveryRowOnceInOrder(String order) {
        String ordered = order.isEmpty() ? "" : "&order=" + order;
        for (int size : new int[] {1, 13, 101}) {
            List<String> seen = walk("/rest/v1/things?select=id&limit=" + size + ordered);
            String tie = order.isEmpty() ? "id" : order.endsWith(".desc") ? order + ",id.desc" : order + ",id";
            assertThat(seen)
                    .as(order + " by " + size)
                    .isEqualTo(ids(http.get("/rest/v1/things?select=id&order=" + tie)));
        }
    }

    @Test
    void rowsThatComeBetweenTwoPagesNeitherShiftNorRepeatAny() {
        String first = "/rest/v1/things?select=id&id=gt.0&limit=40&order=c";
        HttpResponse<String> page = http.get(first, "Prefer", "pages=keyset");
        List<String> seen = ids(page);
        database.execute("INSERT INTO things (id, c, \"T\") SELECT -i, 0, now() FROM generate_series(1, 5) i");
        database.execute("INSERT INTO things (id, c, \"T\") VALUES (1000, -1, now()), (1001, 99, now())");
        try {
            seen.addAll(walk(next(page)));
            assertThat(seen).doesNotHaveDuplicates().contains("1001").doesNotContain("1000");
            assertThat(seen).hasSize(102);
        } finally {
            database.execute("DELETE FROM things WHERE id < 1 OR id > 999");
        }
    }

    @Test
    void keysOfSeveralColumnsAndOtherFormatsAndCountsWorkToo() {
        HttpResponse<String> page = http.get(
                "/rest/v1/tags?select=thing,tag,things(id)&limit=2&order=tag.desc&thing=lte.2",
                "Prefer",
                "pages=keyset,count=exact");
        assertThat(page.body())
                .isEqualTo("[{\"thing\":2,\"tag\":\"c\",\"things\":{\"id\":2}},\n"
                        + "{\"thing\":1,\"tag\":\"c\",\"things\":{\"id\":1}}]");
        assertThat(page.headers().firstValue("Content-Range")).hasValue("*/6");
        assertThat(page.headers().firstValue("Preference-Applied")).hasValue("count=exact, pages=keyset");
        assertThat(http.get(next(page), "Accept", "text/csv").body())
                .isEqualTo("thing,tag,things\n2,b,\"{\"\"id\"\":2}\"\n1,b,\"{\"\"id\"\":1}\"");
        assertThat(http.get(next(page), "Accept", "application/vnd.pgrst.array+json;nulls=stripped")
                        .body())
                .contains("\"tag\":\"b\"");
        assertThat(http.get("/rest/v1/things?select=id&id=eq.5&limit=10&after=")
                        .headers()
                        .firstValue("Link"))
                .as("nothing follows")
                .isEmpty();
        assertThat(http.get("/rest/v1/things?select=id&after=eq.y").body())
                .as("a column that is called after")
                .isEqualTo("[]");
    }

    @Test
    void whatCannotBePagedIsRefusedWithAReason() {
        assertThat(refused("/rest/v1/keyless?limit=1&after=")).contains("has no key");
        assertThat(refused("/rest/v1/things?limit=1&offset=1&after=")).contains("offset");
        assertThat(refused("/rest/v1/things?limit=1&after=what")).contains("names no row");
        assertThat(refused("/rest/v1/tags?select=thing,things(c)&order=things(c)&limit=1&after="))
                .contains("'things'");
        String other = next(http.get("/rest/v1/things?limit=1&order=a", "Prefer", "pages=keyset"));
        assertThat(refused(other.replace("order=a", "order=b"))).contains("another way");
        assertThat(http.send("DELETE", "/rest/v1/things?after=", "").body()).contains("SLUICE110");
        assertThat(database.value("SELECT count(*) FROM things")).isEqualTo("101");
    }

    private static String refused(String path) {
        HttpResponse<String> answer = http.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("SLUICE110");
        return answer.body();
    }

    private static List<String> walk(@Nullable String first) {
        List<String> seen = new ArrayList<>();
        for (String path = first; path != null; ) {
            HttpResponse<String> page = http.get(path, "Prefer", "pages=keyset");
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            seen.addAll(ids(page));
            path = next(page);
        }
        return seen;
    }

    private static List<String> ids(HttpResponse<String> page) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = ID.matcher(page.body());
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    private static @Nullable String next(HttpResponse<String> page) {
        Matcher matcher = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
        return matcher.find() ? matcher.group(1) : null;
    }
}
