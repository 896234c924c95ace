package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.loadtests.checks.IngestAnswer;
import java.util.Objects;
import java.util.function.IntConsumer;

/** {@code /ingest/v1}. */
public final class Ingest {

    private Ingest() {}

    /**
     * Sends {@code lines} of NDJSON; all of the {@code rows} that they are must be committed.
     *
     * @param committed is told how many the gateway acknowledged
     */
    public static HttpRequestActionBuilder rows(String table, IntConsumer committed) {
        return Content.verified(
                http("ingest " + table)
                        .post("/ingest/v1/" + table)
                        .header("Content-Type", "application/x-ndjson")
                        .header("Accept", "application/x-ndjson")
                        .body(Once.body(session -> Objects.requireNonNull(session.getString("lines"))))
                        .check(status().is(200)),
                "the summary",
                (body, session) -> {
                    IngestAnswer answer = IngestAnswer.parse(body);
                    committed.accept(answer.committed());
                    answer.verify(session.getInt("rows"));
                });
    }
}
