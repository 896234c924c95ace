package io.sluice.gateway.rest;

import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.query.WritePlan;
import io.sluice.gateway.query.WritePlanner;
import io.sluice.gateway.query.WritePlanner.Body;
import io.sluice.gateway.rest.RequestBody.Content;
import io.sluice.gateway.rest.Sessions.Needs;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStreams;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Answers writes to tables. */
@Component
final class Writes {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final WriteAnswers answers;
    private final SqlRenderer renderer;
    private final Plans plans;
    private final RowStreams streams;

    Writes(WriteAnswers answers, SqlRenderer renderer, Plans plans, RowStreams streams) {
        this.plans = plans;
        this.answers = answers;
        this.renderer = renderer;
        this.streams = streams;
    }

    /** The methods that write, for what they differ in. */
    enum Method {
        POST,
        PUT,
        PATCH,
        DELETE;

        WritePlan plan(WritePlanner planner, Asked asked, Content content) {
            if (this == DELETE) {
                return planner.delete(asked.wanted());
            }
            Body body = Payload.read(
                    content.type(),
                    content.bytes(),
                    this == PUT ? null : asked.query().columns());
            boolean defaults = asked.preferences().is("missing", "default");
            return switch (this) {
                case PUT -> planner.put(body, asked.conditions().create(), asked.wanted());
                case PATCH ->
                    asked.byKey()
                            ? planner.updateByKey(body, defaults, asked.wanted())
                            : planner.update(body, defaults, asked.wanted());
                default -> planner.insert(body, defaults, asked.merge(), asked.wanted());
            };
        }

        /** A write that its outcome may forbid needs a transaction. */
        Needs needs(Asked asked) {
            return Needs.write(this == PUT
                    || asked.conditions().needsCheck()
                    || (this == PATCH && asked.byKey())
                    || asked.preferences().get("max-affected") != null
                    || asked.representation().format() == RowFormat.JSON_OBJECT);
        }
    }

    ServerResponse answer(
            Method method,
            WritePlan plan,
            @Nullable ReadPlan current,
            Asked asked,
            Session session,
            AnswerHeaders headers) {
        ReadPlan shown = plan.representation();
        Representation representation = asked.representation();
        Outcome outcome = new Outcome(
                shown == null
                        ? streams.writing(RowFormat.JSON, List.of())
                        : streams.writing(representation.writer(), shown.columnNames()),
                frame -> check(method, asked, frame));
        Sql sql = renderer.write(plan, representation.shape());
        if (representation.explain() != null) {
            return plans.answer(sql, representation.explain(), representation, session);
        }
        Precondition precondition = current == null
                ? null
                : Precondition.of(asked.conditions().match(), current, representation.stripped(), renderer);
        Work work = new Work(sql, null, true, Long.MAX_VALUE, session, precondition);
        return answers.of(
                work,
                asked.key(),
                outcome,
                shown == null ? null : representation,
                complete -> GucHeaders.apply(head(method, plan, outcome, headers), outcome));
    }

    private static void check(Method method, Asked asked, FrameValues frame) {
        Preferences preferences = asked.preferences();
        long written = frame.total() == null ? 0 : frame.total();
        Long repeated = method == Method.PATCH && asked.byKey() ? frame.inserted() : null;
        if (repeated != null && repeated > 0) {
            throw RestErrors.repeatedKeys(repeated);
        }
        if (method == Method.PUT && written == 0 && asked.conditions().create()) {
            throw Precondition.failed("The row is there already, or the body has another key");
        }
        if (method == Method.PUT && written != 1) {
            throw RestErrors.keyMismatch();
        }
        if (asked.representation().format() == RowFormat.JSON_OBJECT && written != 1) {
            throw RestErrors.notSingular(written);
        }
        String most = preferences.is("handling", "strict") ? preferences.get("max-affected") : null;
        if (most != null && (method == Method.PATCH || method == Method.DELETE) && written > Long.parseLong(most)) {
            throw RestErrors.tooManyAffected(written);
        }
        GucHeaders.check(frame);
    }

    private static Head head(Method method, WritePlan plan, Outcome outcome, AnswerHeaders answers) {
        FrameValues frame = outcome.frame();
        long written = frame.total() == null ? 0 : frame.total();
        Long counted = answers.preferences().get("count") == null ? null : written;
        Head head = Head.from(outcome, applied(method, plan, answers.preferences()))
                .status(status(method, plan, frame.inserted()))
                .header("Warning", answers.warning())
                .header("Content-Profile", plan.representation() == null ? null : answers.profile());
        return switch (method) {
            case POST ->
                head.header("Content-Range", ContentRange.of(0, 0, counted))
                        .header("Location", location(plan, answers.path(), frame.key()));
            case PATCH -> head.header("Content-Range", ContentRange.of(0, written, counted));
            case DELETE -> head.header("Content-Range", ContentRange.of(0, 0, counted));
            case PUT -> head;
        };
    }

    private static @Nullable String applied(Method method, WritePlan plan, Preferences preferences) {
        return switch (method) {
            case POST ->
                plan.conflict() == null
                        ? preferences.applied("missing", "return", "count", "tx", "handling", "timezone")
                        : preferences.applied("resolution", "missing", "return", "count", "tx", "handling", "timezone");
            case PATCH ->
                preferences.applied(
                        "missing", "update", "return", "count", "tx", "handling", "timezone", "max-affected");
            case PUT -> preferences.applied("return", "count", "tx", "handling", "timezone");
            case DELETE -> preferences.applied("return", "count", "tx", "handling", "timezone", "max-affected");
        };
    }

    private static HttpStatusCode status(Method method, WritePlan plan, @Nullable Long inserted) {
        boolean shows = plan.representation() != null;
        boolean onlyUpdates = plan.conflict() != null && plan.conflict().merge() && inserted != null && inserted <= 0;
        return switch (method) {
            case POST -> onlyUpdates ? HttpStatus.OK : HttpStatus.CREATED;
            case PUT -> !shows ? HttpStatus.NO_CONTENT : onlyUpdates ? HttpStatus.OK : HttpStatus.CREATED;
            case PATCH, DELETE -> shows ? HttpStatus.OK : HttpStatus.NO_CONTENT;
        };
    }

    private static @Nullable String location(WritePlan plan, String path, @Nullable String key) {
        if (key == null) {
            return null;
        }
        @Nullable String[] values = MAPPER.readValue(key, String[].class);
        StringJoiner query = new StringJoiner("&", path + "?", "");
        for (int i = 0; i < values.length; i++) {
            String value = values[i] == null ? "is.null" : "eq." + encode(values[i]);
            query.add(encode(plan.table().primaryKey().get(i)) + "=" + value);
        }
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
