package io.sluice.gateway.rest;

import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.PlanLimits;
import io.sluice.gateway.query.QueryErrors;
import io.sluice.gateway.query.QueryParser;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.ReadPlanner;
import io.sluice.gateway.query.Source;
import io.sluice.gateway.query.WritePlan;
import io.sluice.gateway.query.WritePlanner;
import io.sluice.gateway.query.WritePlanner.Body;
import io.sluice.gateway.query.WritePlanner.Wanted;
import io.sluice.gateway.rest.Writes.Method;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.schema.Table;
import io.sluice.gateway.stream.RowFormat;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The door of {@code /rest/v1}: one method for each kind of request. */
@Component
public final class RestHandler {

    private static final byte[] NO_BODY = {};

    private final SchemaCache schemas;
    private final RestSettings settings;
    private final PlanLimits limits;
    private final Reads reads;
    private final Writes writes;

    RestHandler(SchemaCache schemas, RestSettings settings, Reads reads, Writes writes) {
        this.schemas = schemas;
        this.settings = settings;
        this.reads = reads;
        this.writes = writes;
        this.limits = new PlanLimits(settings.schemas(), settings.maxRows(), settings.aggregatesEnabled());
    }

    /** {@code GET} and {@code HEAD} of the table or view named by the path variable {@code table}. */
    public Mono<ServerResponse> read(ServerRequest request) {
        return Mono.defer(() -> {
            Asked asked = Asked.of(request, QueryParser.parse(request.uri().getRawQuery()));
            Page range = ContentRange.requested(request.headers().asHttpHeaders());
            return withTable(request, (schema, table) -> {
                ReadPlan plan = readPlan(asked.query(), table, schema, range);
                return reads.answer(plan, asked.representation(), asked.preferences(), Session.plain(false));
            });
        });
    }

    private ReadPlan readPlan(ApiQuery query, Table table, Schema schema, Page range) {
        ReadPlan plan = ReadPlanner.plan(query, Source.of(table, schema.computedColumns(table)), schema, limits);
        return plan.withPage(plan.page().intersect(range));
    }

    /** {@code POST} to a table: new rows. */
    public Mono<ServerResponse> insert(ServerRequest request) {
        return write(request, Method.POST);
    }

    /** {@code PUT} to a table: one row, new or replaced. */
    public Mono<ServerResponse> put(ServerRequest request) {
        return write(request, Method.PUT);
    }

    /** {@code PATCH} of a table: changed rows. */
    public Mono<ServerResponse> update(ServerRequest request) {
        return write(request, Method.PATCH);
    }

    /** {@code DELETE} of rows of a table. */
    public Mono<ServerResponse> delete(ServerRequest request) {
        return write(request, Method.DELETE);
    }

    private Mono<ServerResponse> write(ServerRequest request, Method method) {
        return Mono.defer(() -> {
            Asked asked = Asked.of(request, QueryParser.parse(request.uri().getRawQuery()));
            Mono<byte[]> body = method == Method.DELETE ? Mono.just(NO_BODY) : body(request);
            return body.flatMap(bytes -> withTable(request, (schema, table) -> {
                WritePlanner planner = new WritePlanner(schema, limits, table, asked.query());
                WritePlan plan = writePlan(planner, method, asked, contentType(request), bytes);
                return writes.answer(
                        method,
                        plan,
                        asked.representation(),
                        asked.preferences(),
                        new Session(true, mayBeUndone(method, asked), null, List.of(), null, false),
                        request.path(),
                        frame -> check(method, asked.preferences(), frame));
            }));
        });
    }

    private static WritePlan writePlan(
            WritePlanner planner, Method method, Asked asked, @Nullable MediaType type, byte[] bytes) {
        Wanted wanted = asked.wanted();
        if (method == Method.DELETE) {
            return planner.delete(wanted);
        }
        Body body = Payload.read(
                type, bytes, method == Method.PUT ? null : asked.query().columns());
        boolean defaults = asked.preferences().is("missing", "default");
        return switch (method) {
            case PUT -> planner.put(body, wanted);
            case PATCH -> planner.update(body, defaults, wanted);
            default -> planner.insert(body, defaults, asked.merge(), wanted);
        };
    }

    /** Whether the rows that come back may show that the write must not be. */
    private static boolean mayBeUndone(Method method, Asked asked) {
        return method == Method.PUT
                || asked.preferences().get("max-affected") != null
                || asked.representation().format() == RowFormat.JSON_OBJECT;
    }

    private static void check(Method method, Preferences preferences, FrameValues frame) {
        long written = frame.total() == null ? 0 : frame.total();
        if (method == Method.PUT && written != 1) {
            throw RestErrors.keyMismatch();
        }
        String most = preferences.is("handling", "strict") ? preferences.get("max-affected") : null;
        if (most != null && (method == Method.PATCH || method == Method.DELETE) && written > Long.parseLong(most)) {
            throw RestErrors.tooManyAffected(written);
        }
    }

    private Mono<byte[]> body(ServerRequest request) {
        int most = (int) Math.min(settings.maxBody().toBytes(), Integer.MAX_VALUE);
        return DataBufferUtils.join(request.bodyToFlux(DataBuffer.class), most)
                .map(RestHandler::bytes)
                .defaultIfEmpty(NO_BODY);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static @Nullable MediaType contentType(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        return headers.getContentType();
    }

    private Mono<ServerResponse> withTable(ServerRequest request, BiFunction<Schema, Table, ServerResponse> answer) {
        QualifiedName name = new QualifiedName(settings.schemas().get(0), request.pathVariable("table"));
        return schemas.schema()
                .flatMap(schema -> schema.table(name) == null ? schemas.schemaAfterMiss() : Mono.just(schema))
                .map(schema -> answer.apply(schema, required(schema, name)));
    }

    private static Table required(Schema schema, QualifiedName name) {
        Table table = schema.table(name);
        if (table == null) {
            throw QueryErrors.unknownTable(schema, name);
        }
        return table;
    }
}
