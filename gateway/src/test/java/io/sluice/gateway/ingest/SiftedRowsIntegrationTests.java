package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contract {@code row} in batches that the server sifts, and in those that are too small for it. Not on servers before
 * 16, where the column of a bad value is not told in the former.
 */
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiftedRowsIntegrationTests {

    private static final int ROWS = 1_000;

    private TestDatabase database;
    private GatewayUnderTest sifting;
    private GatewayUnderTest trying;

    @BeforeAll
    void start(TestDatabase shared) {
        database = shared;
        database.execute("""
                CREATE TABLE owners (id bigint PRIMARY KEY);
                INSERT INTO owners SELECT generate_series(1, 10);
                CREATE TYPE colour AS ENUM ('red', 'green');
                CREATE DOMAIN short AS text CHECK (length(value) < 9);
                CREATE TABLE things (
                    n int PRIMARY KEY,
                    owner bigint REFERENCES owners,
                    amount numeric(6,2) CHECK (amount >= 0),
                    "it's o""dd" varchar(6) NOT NULL,
                    fixed char(4),
                    bits bit(3),
                    colours colour[],
                    short short,
                    at date,
                    data jsonb);
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN RAISE EXCEPTION ''not this one'' USING HINT = ''take another''; END';
                CREATE TRIGGER refuse BEFORE INSERT ON things FOR EACH ROW WHEN (NEW.fixed = 'no') EXECUTE FUNCTION refuse()
                """);
        sifting = gateway("--sluice.ingest.error-limit=1000");
        trying = gateway("--sluice.ingest.error-limit=1000", "--sluice.ingest.batch-rows=150");
    }

    private GatewayUnderTest gateway(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--sluice.ingest.lanes=1");
        return GatewayUnderTest.start(database.primary(), List.of(), all.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        sifting.close();
        trying.close();
    }

    @Test
    void everyGoodRowGoesInAndEachBadOneIsNamedAsIfItHadComeAlone() {
        List<List<String>> tried = loaded(trying, "");
        TreeMap<Long, String> expected = errors;
        // Nine of a hundred, and the key of every second hundredth row is there already.
        assertThat(expected).hasSize(ROWS / 100 * 9 + ROWS / 200);

        assertThat(loaded(sifting, "")).isEqualTo(tried).hasSize(ROWS - expected.size());
        assertThat(errors).isEqualTo(expected);
    }

    @Test
    void rowsThatAreThereAreReplacedOnTheWay() {
        List<List<String>> tried = loaded(trying, "&on_conflict=update");
        assertThat(loaded(sifting, "&on_conflict=update")).isEqualTo(tried);
        assertThat(database.value("SELECT fixed FROM things WHERE n = 99"))
                .as("the later one")
                .isEqualTo("new ");
    }

    /** What is wrong with which row, after an upload. */
    private TreeMap<Long, String> errors = new TreeMap<>();

    private List<List<String>> loaded(GatewayUnderTest gateway, String parameters) {
        database.execute("TRUNCATE things");
        StringBuilder rows = new StringBuilder();
        for (int n = 0; n < ROWS; n++) {
            rows.append(row(n)).append('\n');
        }
        String[] lines = new Http(gateway.url())
                .postAs("application/x-ndjson", "/ingest/v1/things?contract=row" + parameters, rows.toString())
                .body()
                .split("\n");
        JsonNode summary = JsonMapper.shared().readTree(lines[lines.length - 1]);
        assertThat(summary.path("complete").asBoolean()).as(summary.toString()).isTrue();
        assertThat(summary.path("received").asInt()).isEqualTo(ROWS);
        errors = new TreeMap<>();
        for (JsonNode error : summary.path("errors")) {
            errors.put(error.path("row").asLong(), error.toString());
        }
        assertThat(summary.path("rejected").asInt()).isEqualTo(errors.size());
        return database.query("SELECT * FROM things ORDER BY n");
    }

    private static String row(int n) {
        String good =
                "{\"n\":%d,\"owner\":%d,\"amount\":%d.5,\"it's o\\\"dd\":\"n%d\",\"fixed\":\"ab\",\"bits\":\"101\","
                        + "\"colours\":[\"red\",null],\"short\":\"s\",\"at\":\"2026-01-31\",\"data\":{\"k\":[1,\"\\n\"]}}";
        String row = good.formatted(n, 1 + n % 10, n, n);
        return switch (n % 100) {
            case 3 -> row.replace("\"owner\":4", "\"owner\":11");
            case 12 -> row.replace("\"amount\":" + n + ".5", "\"amount\":\"x\"");
            case 13 -> row.replace("\"amount\":", "\"amount\":-1");
            case 24 -> row.replace("\"n" + n + "\"", "\"too long\"");
            case 35 -> row.replace("\"n" + n + "\"", "null");
            case 46 -> row.replace("red", "blue");
            case 57 -> row.replace("\"ab\"", "\"no\"");
            case 68 -> row.replace("\"s\"", "\"much too long\"");
            case 79 -> row.replace("01-31", "02-31");
            case 99 ->
                row.replace("\"n\":" + n, "\"n\":" + (n / 200 * 200 + 99)).replace("ab", n % 200 == 99 ? "old" : "new");
            default -> row;
        };
    }
}
