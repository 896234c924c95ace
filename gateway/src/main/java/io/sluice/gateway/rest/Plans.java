package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStream;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Answers with PostgreSQL's plan for a statement instead of its rows. */
@Component
final class Plans {

    /** A plan is a page: it is read in one round trip. */
    private static final long LINES = 1;

    private final Runner runner;

    Plans(Runner runner) {
        this.runner = runner;
    }

    ServerResponse answer(Sql statement, Explain explain, Representation representation, Session session) {
        Sql sql = SqlRenderer.explain(statement, explain.json(), explain.options());
        Outcome outcome = new Outcome(RowStream.of(RowFormat.RAW, List.of()), frame -> {});
        Work work = new Work(sql, null, false, LINES, session);
        return new StreamedResponse(
                outcome, representation, runner.run(work, outcome), complete -> Head.from(outcome, null));
    }
}
