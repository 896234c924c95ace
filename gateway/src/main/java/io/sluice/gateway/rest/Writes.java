package io.sluice.gateway.rest;

import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.query.WritePlan;
import io.sluice.gateway.stream.RowStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
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

    private final Runner runner;
    private final SqlRenderer renderer;

    Writes(Runner runner, SqlRenderer renderer) {
        this.runner = runner;
        this.renderer = renderer;
    }

    /** The methods that write, for what their answers differ in. */
    enum Method {
        POST,
        PUT,
        PATCH,
        DELETE
    }

    /**
     * Runs a write and answers it.
     *
     * @param location the path of the table, for the header {@code Location}
     * @param check throws what undoes the write
     */
    ServerResponse answer(
            Method method,
            WritePlan plan,
            Representation representation,
            Preferences preferences,
            Session session,
            String location,
            Consumer<FrameValues> check) {
        ReadPlan shown = plan.representation();
        List<String> columns = shown == null ? List.of() : shown.columnNames();
        Outcome outcome = new Outcome(RowStream.of(representation.format(), columns), check);
        Work work = new Work(renderer.write(plan, representation.format().json()), true, Long.MAX_VALUE, session);
        return new StreamedResponse(
                outcome,
                shown == null ? null : representation,
                runner.run(work, outcome),
                complete -> head(method, plan, outcome, preferences, location));
    }

    private static Head head(Method method, WritePlan plan, Outcome outcome, Preferences preferences, String location) {
        FrameValues frame = outcome.frame();
        long written = frame.total() == null ? 0 : frame.total();
        Long counted = preferences.get("count") == null ? null : written;
        Head head =
                Head.from(outcome, applied(method, plan, preferences)).status(status(method, plan, frame.inserted()));
        return switch (method) {
            case POST ->
                head.header("Content-Range", ContentRange.of(0, 0, counted))
                        .header("Location", location(plan, location, frame.key()));
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
                preferences.applied("missing", "return", "count", "tx", "handling", "timezone", "max-affected");
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
        String[] values = MAPPER.readValue(key, String[].class);
        StringJoiner query = new StringJoiner("&", path + "?", "");
        for (int i = 0; i < values.length; i++) {
            query.add(encode(plan.table().primaryKey().get(i)) + "=eq." + encode(values[i]));
        }
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
