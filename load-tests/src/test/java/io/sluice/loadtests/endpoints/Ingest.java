package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.loadtests.checks.IngestAnswer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** {@code /ingest/v1}. */
public final class Ingest {

    private Ingest() {}

    /**
     * Sends orders as NDJSON; all of them must be committed.
     *
     * @param orders the lines
     * @param rows how many there are
     * @param committed is told how many the gateway acknowledged
     */
    public static HttpRequestActionBuilder orders(Function<Session, String> orders, int rows, IntConsumer committed) {
        return http("ingest orders")
                .post("/ingest/v1/orders")
                .header("Content-Type", "application/x-ndjson")
                .header("Accept", "application/x-ndjson")
                .body(StringBody(orders))
                .check(status().is(200))
                .check(Content.check("the summary", (body, session) -> {
                    IngestAnswer answer = IngestAnswer.parse(body);
                    committed.accept(answer.committed());
                    answer.verify(rows);
                }));
    }
}
