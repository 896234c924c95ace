package io.sluice.gateway.rest;

import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.CallPlan;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.RowShape;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStreams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Answers function calls. */
@Component
final class Calls {

    private final WriteAnswers answers;
    private final SqlRenderer renderer;
    private final Plans plans;
    private final RowStreams streams;

    Calls(WriteAnswers answers, SqlRenderer renderer, Plans plans, RowStreams streams) {
        this.plans = plans;
        this.answers = answers;
        this.renderer = renderer;
        this.streams = streams;
    }

    ServerResponse answer(CallPlan plan, Asked asked, Session session, AnswerHeaders headers) {
        ReadPlan read = plan.read();
        Form form = form(plan, asked.representation());
        Page page = read == null ? Page.ALL : read.page();
        // PostgreSQL has no idea of what a function returns: an estimate is a count, and nothing can be planned.
        boolean counted =
                asked.preferences().is("count", "exact") || asked.preferences().is("count", "estimated");
        List<String> columns = read == null ? List.of() : read.columnNames();
        Outcome outcome = new Outcome(
                session.write() ? streams.writing(form.format(), columns) : streams.reading(form.format(), columns),
                frame -> check(plan, asked.preferences(), page, frame));
        Sql sql = renderer.call(plan, form.shape(), counted);
        Representation representation = asked.representation();
        if (representation.explain() != null) {
            return plans.answer(sql, representation.explain(), representation, session);
        }
        Work work = new Work(sql, null, true, Long.MAX_VALUE, session);
        return answers.of(
                work,
                asked.key(),
                outcome,
                read == null ? null : representation,
                complete -> head(outcome, read, page, complete && representation.isOfRows(), headers));
    }

    /** The writer's format and the shape of rows for it. */
    private record Form(RowFormat format, RowShape shape) {}

    private static Form form(CallPlan plan, Representation representation) {
        boolean json = representation.format() == RowFormat.JSON;
        boolean single = !plan.function().returns().set();
        if (plan.isScalar() && (json || representation.format() == RowFormat.JSON_OBJECT)) {
            return new Form(single ? RowFormat.JSON_VALUE : RowFormat.JSON_VALUES, RowShape.COLUMNS);
        }
        if (single && json && !representation.stripped()) {
            return new Form(RowFormat.JSON_VALUE, RowShape.OBJECT);
        }
        return new Form(representation.writer(), representation.shape());
    }

    private static void check(CallPlan plan, Preferences preferences, Page page, FrameValues frame) {
        String most = preferences.is("handling", "strict") ? preferences.get("max-affected") : null;
        if (most != null && !plan.function().returns().set()) {
            throw RestErrors.notASet();
        }
        long rows = frame.inserted() == null ? 0 : frame.inserted();
        if (most != null && rows > Long.parseLong(most)) {
            throw RestErrors.tooManyAffected(rows);
        }
        ContentRange.check(page, frame.total());
        GucHeaders.check(frame);
    }

    private static Head head(
            Outcome outcome, @Nullable ReadPlan read, Page page, boolean complete, AnswerHeaders answers) {
        if (read == null) {
            Head head = Head.from(outcome, answers.applied("count", "tx", "handling", "timezone", "max-affected"));
            return GucHeaders.apply(
                    head.status(HttpStatus.NO_CONTENT).header("Content-Range", ContentRange.of(0, 1, null)), outcome);
        }
        return Reads.head(
                outcome,
                page,
                complete,
                answers.applied("count", "tx", "handling", "timezone", "max-affected"),
                answers);
    }
}
