package io.sluice.gateway.rest;

import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.PlanLimits;
import io.sluice.gateway.query.QueryErrors;
import io.sluice.gateway.query.QueryParser;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.ReadPlanner;
import io.sluice.gateway.query.Source;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.schema.Table;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The door of {@code /rest/v1}: one method for each kind of resource. */
@Component
public final class RestHandler {

    private final SchemaCache schemas;
    private final RestSettings settings;
    private final PlanLimits limits;
    private final ReadExecutor reads;

    RestHandler(SchemaCache schemas, RestSettings settings, ReadExecutor reads) {
        this.schemas = schemas;
        this.settings = settings;
        this.reads = reads;
        this.limits = new PlanLimits(settings.schemas(), settings.maxRows(), settings.aggregatesEnabled());
    }

    /** {@code GET} and {@code HEAD} of a table or view named by the path variable {@code table}. */
    public Mono<ServerResponse> read(ServerRequest request) {
        return Mono.defer(() -> {
            ApiQuery query = QueryParser.parse(request.uri().getRawQuery());
            ReadRequest read = new ReadRequest(
                    Representation.of(request.headers().header("Accept")),
                    Preferences.of(request.headers().asHttpHeaders()),
                    ContentRange.requested(request.headers().asHttpHeaders()));
            return withTable(request, schema -> table -> reads.answer(plan(query, table, schema, read.range()), read));
        });
    }

    private ReadPlan plan(ApiQuery query, Table table, Schema schema, Page range) {
        ReadPlan plan = ReadPlanner.plan(query, Source.of(table, schema.computedColumns(table)), schema, limits);
        return plan.withPage(plan.page().intersect(range));
    }

    private Mono<ServerResponse> withTable(
            ServerRequest request, Function<Schema, Function<Table, ServerResponse>> answer) {
        QualifiedName name = new QualifiedName(settings.schemas().get(0), request.pathVariable("table"));
        return schemas.schema()
                .flatMap(schema -> schema.table(name) == null ? schemas.schemaAfterMiss() : Mono.just(schema))
                .map(schema -> answer.apply(schema).apply(required(schema, name)));
    }

    private static Table required(Schema schema, QualifiedName name) {
        Table table = schema.table(name);
        if (table == null) {
            throw QueryErrors.unknownTable(schema, name);
        }
        return table;
    }
}
