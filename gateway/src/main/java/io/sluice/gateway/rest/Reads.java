package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.RowStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Answers {@code GET} and {@code HEAD} of tables. */
@Component
final class Reads {

    private final Runner runner;
    private final SqlRenderer renderer;

    Reads(Runner runner, SqlRenderer renderer) {
        this.runner = runner;
        this.renderer = renderer;
    }

    ServerResponse answer(ReadPlan plan, Representation representation, Preferences preferences, Session session) {
        boolean counted = preferences.is("count", "exact");
        boolean framed = counted || session.transactional();
        boolean json = representation.format().json();
        Sql sql = framed ? renderer.readFramed(plan, json, counted) : renderer.read(plan, json);
        Page page = plan.page();
        Outcome outcome = new Outcome(
                RowStream.of(representation.format(), plan.columnNames()), frame -> checkRange(page, frame.total()));
        long limit = page.limit() == null ? Long.MAX_VALUE : page.limit();
        return new StreamedResponse(
                outcome,
                representation,
                runner.run(new Work(sql, framed, limit, session), outcome),
                complete -> head(outcome, page, preferences, complete));
    }

    private static void checkRange(Page page, @Nullable Long total) {
        if (total != null && page.offset() > total) {
            throw ContentRange.beyond(page.offset(), total);
        }
    }

    static Head head(Outcome outcome, Page page, Preferences preferences, boolean complete) {
        Head head = Head.from(outcome, preferences.applied("count", "tx", "handling", "timezone"));
        Long total = outcome.frame().total();
        Long count = count(outcome, page, complete);
        if (count == null) {
            return head;
        }
        return head.status(ContentRange.status(page.offset(), count, total))
                .header("Content-Range", ContentRange.of(page.offset(), count, total));
    }

    /** The rows of the whole answer, null while nobody can know. */
    private static @Nullable Long count(Outcome outcome, Page page, boolean complete) {
        if (complete) {
            return outcome.rows().count();
        }
        Long total = outcome.frame().total();
        return total == null ? null : page.rowsOf(total);
    }
}
