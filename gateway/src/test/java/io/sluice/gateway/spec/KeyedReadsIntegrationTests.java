package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Concurrent reads by key share statements, and the framework is left out once they are known; nobody can tell. */
@PostgresTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeyedReadsIntegrationTests {

    private static final String PATIENT = "--sluice.pool.acquire-timeout=60s";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> FORMATS =
            List.of("application/json", "*/*", "application/vnd.pgrst.object+json", "text/csv");
    private static final List<String> COLUMNS = List.of(
            "*",
            "id",
            "name,id",
            "x:name,big::text,uid",
            "data->k,data->>k,b:flag",
            "moment,amount,tags,kind,raw,during",
            "spec->a->0");
    private static final List<String> KEYS = List.of(
            "id=eq.1",
            "id=eq.007",
            "id=eq.-3",
            "id=eq.99999",
            "id=eq.2147483648",
            "id=eq.x",
            "id=eq.",
            "id=eq.+4",
            "big=eq.9223372036854775807",
            "big=eq.5",
            "small=eq.6",
            "small=eq.40000",
            "uid=eq.00000000-0000-0000-0000-000000000007",
            "uid=eq.A0000000-0000-0000-0000-00000000000B",
            "uid=eq.7",
            "name=eq.n5",
            "id=not.eq.2",
            "id=in.(3,4)",
            "id=eq(any).{5}",
            "id=eq.6&limit=1",
            "id=eq.6&limit=0",
            "id=eq.6&offset=1",
            "id=eq.6&flag=is.true",
            "wide=eq.1");

    /** By a column with an index, by one without, of many rows, of none, of too many. */
    private static final List<String> LISTS = List.of(
            "owner=eq.1",
            "owner=eq.2&order=id",
            "owner=eq.3&order=label.desc.nullslast,id&limit=3",
            "owner=eq.4&order=id.desc&limit=1",
            "owner=eq.5&label=eq.l7",
            "label=eq.l8&owner=eq.6&order=id",
            "owner=eq.7&id=gt.40&id=lt.200&order=id",
            "owner=eq.7&owner=eq.7",
            "owner=eq.7&owner=eq.8",
            "owner=eq.7&owner=not.eq.7",
            "owner=eq.8&or=(id.eq.8,id.eq.28)&order=id",
            "owner=eq.9&limit=0",
            "owner=eq.9&offset=2&order=id",
            "owner=eq.999",
            "owner=eq.0&order=id",
            "owner=eq.x",
            "label=eq.l9&order=id",
            "uid=eq.00000000-0000-0000-0000-000000000001&order=id",
            "owner=eq.3&label=like.l1*&order=id",
            "owner=eq.3&select=id,label&order=spare.nullsfirst,id",
            "owner=eq.10&select=owner,x:label&order=id&limit=500",
            "owner=eq.11&spare=cast.me");

    private static GatewayUnderTest together;
    private static GatewayUnderTest alone;
    private static TestDatabase database;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        database.execute("""
                CREATE TYPE mood AS ENUM ('sad', 'so "so"');
                CREATE TYPE pair AS (a int[], b text);
                CREATE TABLE things (id int PRIMARY KEY, small int2 UNIQUE, big int8 UNIQUE, uid uuid UNIQUE,
                  name text UNIQUE, flag boolean, data jsonb, moment timestamptz, amount numeric, tags text[], kind mood,
                  raw bytea, during int4range, spec pair);
                INSERT INTO things SELECT i, i, i, ('00000000-0000-0000-0000-' || lpad((i + 1000 * (i < 0)::int)::text, 12, '0'))::uuid, 'n' || i,
                  i % 2 = 0, jsonb_build_object('k', nullif(i % 3, 0), 'ü', E'a\\n"b'), '2026-01-01'::timestamptz + i * interval '1.5 s',
                  i / 7.0, array['a"', null, 'n' || i], (array['sad', 'so "so"']::mood[])[1 + i % 2], '\\x00ff', int4range(i, i + 5),
                  row(array[i, 2], 'x')::pair FROM generate_series(-5, 300) i WHERE i NOT IN (20, 21);
                UPDATE things SET big = 9223372036854775807 WHERE id = 300;
                INSERT INTO things (id, uid) VALUES (20, 'a0000000-0000-0000-0000-00000000000b'), (21, NULL);
                CREATE TABLE wides (wide int PRIMARY KEY, text text);
                INSERT INTO wides SELECT i, repeat('w', 200000 * (i % 2)) FROM generate_series(0, 60) i;
                CREATE TABLE lists (id int PRIMARY KEY, owner int8, label text, spare int, uid uuid);
                CREATE INDEX ON lists (owner);
                CREATE INDEX ON lists (uid, id);
                INSERT INTO lists SELECT i, i % 20, 'l' || i % 13, nullif(i % 5, 0),
                  ('00000000-0000-0000-0000-' || lpad((i % 7)::text, 12, '0'))::uuid FROM generate_series(1, 400) i;
                INSERT INTO lists SELECT i, 0, repeat('long', 100), 1, NULL FROM generate_series(1000, 1800) i;
                CREATE TABLE counted (id int PRIMARY KEY, n int);
                INSERT INTO counted VALUES (1, 0)
                """);
        together = GatewayUnderTest.start(database.primary(), List.of(), PATIENT);
        alone = GatewayUnderTest.start(database.primary(), List.of(), PATIENT, "--sluice.rest.coalesce=1");
    }

    @AfterAll
    static void stop() {
        for (GatewayUnderTest gateway : new GatewayUnderTest[] {together, alone}) {
            if (gateway != null) {
                gateway.close();
            }
        }
    }

    @Test
    void answersAreThoseOfReadsByThemselvesToTheByte() {
        List<String> paths = new ArrayList<>();
        for (String key : KEYS) {
            String table = key.startsWith("wide") ? "wides?" : "things?";
            COLUMNS.forEach(
                    columns -> paths.add(table + (key.startsWith("wide") ? "" : "select=" + columns + "&") + key));
        }
        IntStream.range(0, 60).forEach(i -> paths.add("wides?wide=eq." + i));
        LISTS.forEach(list -> paths.add("lists?" + list));
        for (String format : FORMATS) {
            Map<String, String> expected = answers(alone, paths, format);
            assertThat(answers(together, paths, format)).as(format).isEqualTo(expected);
            assertThat(answers(together, paths, format)).as("again, " + format).isEqualTo(expected);
        }
        assertThat(counter("sluice.rest.fast")).isGreaterThan(100);
        assertThat(counter("sluice.point.reads")).isGreaterThan(100);
        assertThat(counter("sluice.point.statements")).isLessThan(counter("sluice.point.reads"));
    }

    /** All at once, so that they are put together; what a header says of the time is left out. */
    private static Map<String, String> answers(GatewayUnderTest gateway, List<String> paths, String format) {
        WebClient client = WebClient.builder()
                .baseUrl(gateway.url())
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
                .build();
        Map<String, String> answers = new ConcurrentHashMap<>();
        Flux.fromIterable(paths)
                .flatMap(
                        path -> client.get()
                                .uri("/rest/v1/"
                                        + path.replace("+4", "%2B4")
                                                .replace(">", "%3E")
                                                .replace("{", "%7B")
                                                .replace("}", "%7D")
                                                .replaceFirst("\\?", "?"))
                                .header("Accept", format)
                                .exchangeToMono(answer -> answer.bodyToMono(String.class)
                                        .defaultIfEmpty("")
                                        .doOnNext(body -> {
                                            answers.put(path, answer.statusCode() + " " + headers(answer) + " " + body);
                                        })),
                        64)
                .blockLast(LIMIT);
        return answers;
    }

    private static Map<String, Object> headers(ClientResponse answer) {
        Map<String, Object> headers = new TreeMap<>();
        answer.headers()
                .asHttpHeaders()
                .forEach((name, values) -> headers.put(name, String.join(", ", new TreeSet<>(values))));
        headers.keySet().removeAll(List.of("Date", "Sluice-Advice"));
        return headers;
    }

    /** Comes first: requests of clients that leave, in another test, may be carried out and counted long after that. */
    @Test
    @Order(Integer.MIN_VALUE)
    void concurrentReadsShareStatements() {
        double reads = counter("sluice.point.reads");
        double statements = counter("sluice.point.statements");
        WebClient client = WebClient.create(together.url());

        List<String> bodies = Flux.range(1, 2_000)
                .flatMapSequential(
                        i -> client.get()
                                .uri("/rest/v1/things?select=name&id=eq." + (30 + i % 200))
                                .retrieve()
                                .bodyToMono(String.class),
                        64)
                .collectList()
                .block(LIMIT);

        assertThat(bodies).isNotNull().hasSize(2_000);
        for (int i = 0; i < 2_000; i++) {
            assertThat(bodies.get(i)).isEqualTo("[{\"name\":\"n" + (30 + (i + 1) % 200) + "\"}]");
        }
        assertThat(counter("sluice.point.reads") - reads).isEqualTo(2_000);
        assertThat(counter("sluice.point.statements") - statements).isLessThan(1_500);
    }

    @Test
    void aReadSeesEveryWriteThatWasAnsweredBeforeIt() {
        WebClient client = WebClient.create(together.url());
        Mono<Integer> read = client.get()
                .uri("/rest/v1/counted?select=n&id=eq.1")
                .header("Accept", "application/vnd.pgrst.object+json")
                .retrieve()
                .bodyToMono(Map.class)
                .map(row -> (Integer) row.get("n"));
        for (int round = 1; round <= 20; round++) {
            int now = round;
            Integer oldest = Flux.range(0, 8)
                    .flatMap(i -> read)
                    .takeUntilOther(Mono.delay(Duration.ofMillis(5)))
                    .thenMany(client.patch()
                            .uri("/rest/v1/counted?id=eq.1")
                            .bodyValue(Map.of("n", now))
                            .retrieve()
                            .toBodilessEntity()
                            .thenMany(Flux.range(0, 16).flatMap(i -> read)))
                    .collectList()
                    .map(seen -> seen.stream().min(Comparator.naturalOrder()).orElseThrow())
                    .block(LIMIT);
            assertThat(oldest).isEqualTo(now);
        }
    }

    @Test
    void clientsThatLeaveHarmNobody() {
        Http http = new Http(together.url());
        for (int round = 0; round < 10; round++) {
            List<LeavingClient> leaving = IntStream.range(0, 20)
                    .mapToObj(i -> LeavingClient.get(
                            together.port(), "/rest/v1/things?select=name&id=eq." + i, "application/json"))
                    .toList();
            HttpResponse<String> staying = http.get("/rest/v1/things?select=name&id=eq.7");
            leaving.forEach(LeavingClient::close);
            assertThat(staying.body()).isEqualTo("[{\"name\":\"n7\"}]");
        }
        eventually(
                () -> assertThat(http.get("/rest/v1/things?select=name&id=eq.8").body())
                        .isEqualTo("[{\"name\":\"n8\"}]"));
    }

    private static double counter(String name) {
        return together.bean(MeterRegistry.class).get(name).functionCounter().count();
    }
}
