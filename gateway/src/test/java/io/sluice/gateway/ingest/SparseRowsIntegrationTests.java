package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that leave columns out, on servers whose COPY knows a marker for defaults and on those before 16, too. */
@Tag("containers")
@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparseRowsIntegrationTests {

    private TestDatabase database;
    private GatewayUnderTest gateway;
    private Http http;

    @BeforeAll
    void start(TestDatabase shared) {
        database = shared;
        database.execute("""
                CREATE TABLE sparse (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name text NOT NULL DEFAULT 'unnamed',
                    note text,
                    n int NOT NULL DEFAULT 7);
                CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY);""");
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @BeforeEach
    void empty() {
        database.execute("TRUNCATE sparse, numbered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"atomic", "batch", "row"})
    void everyColumnThatARowLeavesOutGetsItsDefault(String contract) {
        String answer = post("sparse", contract, """
                {"name":"a"}
                {"n":1,"note":"b"}
                {}
                {"name":"c","note":null}
                {"note":"d"}
                {"name":"e"}
                {"note":"f","name":"f","n":2}
                {}
                """);
        assertThat(answer).contains("\"complete\":true", "\"committed\":8");
        assertThat(database.query("SELECT name, note, n FROM sparse ORDER BY name, note, n"))
                .containsExactlyInAnyOrder(
                        Arrays.asList("a", null, "7"),
                        Arrays.asList("unnamed", "b", "1"),
                        Arrays.asList("unnamed", null, "7"),
                        Arrays.asList("c", null, "7"),
                        Arrays.asList("unnamed", "d", "7"),
                        Arrays.asList("e", null, "7"),
                        Arrays.asList("f", "f", "2"),
                        Arrays.asList("unnamed", null, "7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"atomic", "batch", "row"})
    void manyRowsOfManyShapesAreOneBatch(String contract) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            rows.append(
                    switch (i % 3) {
                        case 0 -> "{\"n\":" + i + "}\n";
                        case 1 -> "{\"name\":\"" + i + "\"}\n";
                        default -> "{}\n";
                    });
        }
        assertThat(post("sparse", contract, rows.toString())).contains("\"batches\":1", "\"committed\":3000");
        assertThat(database.query("SELECT count(*) FILTER (WHERE name = 'unnamed'), count(*) FILTER (WHERE n = 7)"
                        + " FROM sparse"))
                .containsExactly(List.of("2000", "2000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"atomic", "batch", "row"})
    void aTableWithoutAnyOtherColumnTakesEmptyRows(String contract) {
        assertThat(post("numbered", contract, "{}\n{}\n{}\n")).contains("\"committed\":3");
        assertThat(database.value("SELECT count(*) FROM numbered")).isEqualTo("3");
    }

    private String post(String table, String contract, String rows) {
        return http.postAs("application/x-ndjson", "/ingest/v1/" + table + "?contract=" + contract, rows)
                .body();
    }
}
