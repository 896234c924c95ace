package io.sluice.gateway.rest;

import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.CallPlan;
import io.sluice.gateway.query.CallPlanner;
import io.sluice.gateway.query.CallPlanner.Whole;
import io.sluice.gateway.query.PlanLimits;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.WritePlanner.Body;
import io.sluice.gateway.rest.RequestBody.Content;
import io.sluice.gateway.rest.Sessions.Needs;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;

/** A request as a function call. */
record Call(CallPlan plan, Asked asked) {

    static Call reading(Schema schema, PlanLimits limits, Profile profile, ServerRequest request, Asked asked) {
        return of(schema, planner(schema, limits, profile, request).call(query(asked)), asked, limits);
    }

    static Call posting(
            Schema schema, PlanLimits limits, Profile profile, ServerRequest request, Asked asked, Content body) {
        CallPlanner planner = planner(schema, limits, profile, request);
        return of(schema, posted(planner, asked, body), asked, limits);
    }

    private static ApiQuery query(Asked asked) {
        return asked.query().within(asked.headerRange());
    }

    private static CallPlanner planner(Schema schema, PlanLimits limits, Profile profile, ServerRequest request) {
        return new CallPlanner(schema, limits, new QualifiedName(profile.schema(), request.pathVariable("function")));
    }

    private static CallPlan posted(CallPlanner planner, Asked asked, Content body) {
        MediaType type = body.type();
        String text = new String(body.bytes(), StandardCharsets.UTF_8);
        if (type != null && MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(type)) {
            return planner.callForm(query(asked), text);
        }
        return switch (whole(type)) {
            case BYTES ->
                planner.call(query(asked), "\\x" + HexFormat.of().formatHex(body.bytes()), List.of(), Whole.BYTES);
            case TEXT -> planner.call(query(asked), text, List.of(), Whole.TEXT);
            case XML -> planner.call(query(asked), text, List.of(), Whole.XML);
            default -> {
                byte[] bytes = text.isEmpty() ? "{}".getBytes(StandardCharsets.UTF_8) : body.bytes();
                Body read = Payload.read(type, bytes, asked.query().columns());
                yield planner.call(query(asked), read.json(), read.columns(), whole(type));
            }
        };
    }

    private static Whole whole(@Nullable MediaType type) {
        if (type == null) {
            return Whole.JSON;
        }
        return switch (type.getType() + "/" + type.getSubtype()) {
            case "application/octet-stream" -> Whole.BYTES;
            case "text/plain" -> Whole.TEXT;
            case "text/xml" -> Whole.XML;
            case "text/csv" -> Whole.NONE;
            default -> Whole.JSON;
        };
    }

    private static Call of(Schema schema, CallPlan plan, Asked wish, PlanLimits limits) {
        ReadPlan read = plan.read();
        if (read == null) {
            return new Call(plan, wish.negotiated(schema, plan.function().name(), limits));
        }
        return new Call(plan, wish.negotiated(schema, read.source().name(), limits));
    }

    Needs needs(boolean write) {
        return Needs.call(write, plan.function());
    }
}
