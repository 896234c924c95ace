package io.sluice.gateway.rest;

import io.sluice.gateway.arrow.ArrowField;
import io.sluice.gateway.arrow.ArrowType;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.Count;
import io.sluice.gateway.query.KeyedPlan;
import io.sluice.gateway.query.KeysetPlan;
import io.sluice.gateway.query.KeysetPlanner;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.RowShape;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.Placement;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStream;
import io.sluice.gateway.stream.RowStreams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Answers {@code GET} and {@code HEAD} of tables. */
@Component
final class Reads {

    private final Runner runner;
    private final SqlRenderer renderer;
    private final Plans plans;
    private final RowStreams streams;
    private final KeyedReads keyed;

    Reads(Runner runner, SqlRenderer renderer, Plans plans, RowStreams streams, KeyedReads keyed) {
        this.keyed = keyed;
        this.plans = plans;
        this.runner = runner;
        this.renderer = renderer;
        this.streams = streams;
    }

    /**
     * Runs a read and answers it.
     *
     * @param byKey the plan as {@link #byKey} knows it, null for none
     * @param cut the number of rows that answers are cut at, null for none; an estimate is a count up to there
     */
    ServerResponse answer(
            ReadPlan plan,
            @Nullable KeyedPlan byKey,
            @Nullable KeysetPages pages,
            Asked asked,
            Session session,
            AnswerHeaders answers,
            @Nullable Long cut) {
        if (pages != null && asked.representation().isOfRows()) {
            return page(KeysetPlanner.plan(plan, pages.after()), pages, asked, session, answers, cut);
        }
        if (byKey == null) {
            return rows(plan, asked, session, answers, cut);
        }
        return new KeyedResponse(
                keyed.shape(byKey).read(byKey.key()),
                asked.representation(),
                new Head(HttpStatus.OK, new HttpHeaders())
                        .header("Preference-Applied", answers.applied("count", "tx", "handling", "timezone"))
                        .header("Content-Profile", answers.profile())
                        .header("Warning", answers.warning())
                        .header("Content-Location", answers.location()),
                () -> rows(plan, asked, session, answers, cut));
    }

    /** The plan as a read that may share its statement with others. */
    @Nullable
    KeyedPlan byKey(ReadPlan plan, Asked asked, Session session) {
        Representation representation = asked.representation();
        boolean shareable = keyed.enabled()
                && !session.transactional()
                && representation.isOfRows()
                && !representation.stripped()
                && (representation.format() == RowFormat.JSON || representation.format() == RowFormat.JSON_OBJECT)
                && asked.preferences().get("count") == null;
        KeyedPlan byKey = shareable ? KeyedPlan.of(plan, asked.query()) : null;
        return byKey != null && keyed.shape(byKey).isShort() ? byKey : null;
    }

    private ServerResponse rows(
            ReadPlan plan, Asked asked, Session session, AnswerHeaders answers, @Nullable Long cut) {
        Representation representation = asked.representation();
        Count counted = count(asked.preferences(), cut);
        Sql guess = guesses(asked.preferences(), cut) ? renderer.guess(plan) : null;
        boolean framed = !counted.equals(Count.NONE) || session.transactional();
        KeysetPlan placed = asked.preferences().get("count") == null ? placed(plan, asked) : null;
        if (placed != null) {
            return placed(placed, asked, session, answers);
        }
        RowShape shape = representation.shape();
        Sql sql = framed ? renderer.readFramed(plan, shape, counted) : renderer.read(plan, shape);
        if (representation.explain() != null) {
            return plans.answer(sql, representation.explain(), representation, session);
        }
        Page page = plan.page();
        Outcome outcome = new Outcome(stream(plan, representation, Placement.NONE), frame -> {
            ContentRange.check(page, frame.total());
            GucHeaders.check(frame);
        });
        outcome.countedUpTo(counted.most());
        return new StreamedResponse(
                outcome,
                representation,
                runner.run(new Work(sql, guess, framed, plan.mostRows(), session), outcome),
                complete -> head(
                                outcome,
                                page,
                                complete && representation.isOfRows(),
                                answers.applied("count", "tx", "handling", "timezone"),
                                answers)
                        .header("Content-Location", answers.location()));
    }

    /** A page behind a row; where it ends is known before its first row leaves. */
    private ServerResponse page(
            KeysetPlan plan,
            KeysetPages pages,
            Asked asked,
            Session session,
            AnswerHeaders answers,
            @Nullable Long cut) {
        Representation representation = asked.representation();
        Count counted = count(asked.preferences(), cut);
        Long limit = plan.page().page().limit();
        boolean ends = limit != null && limit > 0;
        Sql guess = guesses(asked.preferences(), cut) ? renderer.guess(plan.all()) : null;
        Sql sql = ends
                ? renderer.readKeyset(plan, representation.shape(), counted)
                : renderer.readFramed(plan.page(), representation.shape(), Count.NONE);
        Outcome outcome = new Outcome(stream(plan.page(), representation, Placement.NONE), GucHeaders::check);
        outcome.countedUpTo(counted.most());
        return new StreamedResponse(
                outcome,
                representation,
                runner.run(new Work(sql, guess, true, plan.limit(), session), outcome),
                complete -> GucHeaders.apply(
                        Head.from(outcome, answers.applied("count", "tx", "handling", "timezone", "pages"))
                                .header("Content-Profile", answers.profile())
                                .header("Content-Location", answers.location())
                                .header("Content-Range", ContentRange.of(0, 0, outcome.total()))
                                .header("Link", pages.next(outcome)),
                        outcome));
    }

    private RowStream stream(ReadPlan plan, Representation representation, Placement placement) {
        if (representation.writer() != RowFormat.ARROW) {
            return streams.reading(representation.writer(), plan.columnNames(), placement);
        }
        List<ArrowField> fields = plan.columns().stream()
                .map(column -> new ArrowField(
                        column.name(), column.typeOid(), ArrowType.of(column.typeOid(), column.declared())))
                .toList();
        return streams.arrow(fields, placement);
    }

    /** The plan with places, where rows can be gone on with behind any of them, and are enough for that to matter. */
    private static @Nullable KeysetPlan placed(ReadPlan plan, Asked asked) {
        Representation representation = asked.representation();
        Page page = plan.page();
        boolean resumable = representation.writer().resumable() && representation.explain() == null;
        if (!resumable || !representation.isOfRows() || !RowStream.isLong(limit(page))) {
            return null;
        }
        String last = representation.format() == RowFormat.SSE && page.equals(Page.ALL)
                ? asked.conditions().lastEvent()
                : null;
        KeysetPlan ordered = KeysetPlanner.ordered(plan);
        return ordered == null || last == null ? ordered : KeysetPlanner.plan(plan, last);
    }

    private static long limit(Page page) {
        return page.limit() == null ? Long.MAX_VALUE : page.limit();
    }

    /** An answer that outlives its server. */
    private ServerResponse placed(KeysetPlan plan, Asked asked, Session session, AnswerHeaders answers) {
        Representation representation = asked.representation();
        RowShape shape = representation.shape();
        boolean framed = session.transactional();
        Page page = plan.all().page();
        // A client that comes back with the last event's id has got what stood before it.
        boolean told = page.equals(Page.ALL);
        Outcome outcome = new Outcome(
                stream(plan.page(), representation, new Placement(plan.places(), told ? plan::cursor : null)),
                GucHeaders::check);
        Work work = new Work(
                renderer.readPlaced(plan, shape, framed),
                null,
                framed,
                limit(page),
                session,
                null,
                place -> renderer.readPlaced(plan.behind(place.values(), place.rows()), shape, framed));
        return new StreamedResponse(outcome, representation, runner.run(work, outcome), complete -> head(
                        outcome, page, complete, answers.applied("count", "tx", "handling", "timezone"), answers)
                .header("Content-Location", answers.location()));
    }

    private static Count count(Preferences preferences, @Nullable Long cut) {
        if (preferences.is("count", "estimated")) {
            return cut == null ? Count.ALL : new Count(cut);
        }
        return preferences.is("count", "exact") ? Count.ALL : Count.NONE;
    }

    private static boolean guesses(Preferences preferences, @Nullable Long cut) {
        return preferences.is("count", "planned") || (preferences.is("count", "estimated") && cut != null);
    }

    static Head head(Outcome outcome, Page page, boolean complete, @Nullable String applied, AnswerHeaders answers) {
        Head head = Head.from(outcome, applied)
                .header("Content-Profile", answers.profile())
                .header("Warning", answers.warning());
        Long total = outcome.total();
        Long count = count(outcome, page, complete);
        if (count == null) {
            return GucHeaders.apply(head, outcome);
        }
        return GucHeaders.apply(
                head.status(ContentRange.status(page.offset(), count, total))
                        .header("Content-Range", ContentRange.of(page.offset(), count, total)),
                outcome);
    }

    /** The rows of the whole answer, null while nobody can know. */
    private static @Nullable Long count(Outcome outcome, Page page, boolean complete) {
        if (complete) {
            return outcome.rows().count();
        }
        Long total = outcome.total();
        return total == null ? null : page.rowsOf(total);
    }
}
