package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.QueryErrors;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.schema.Table;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The exposed part of the database's schema. */
@Component
final class Catalog {

    private static final String MISSING_FUNCTION = "PGRST202";

    /** A column to read, a column to write, a relationship that is not known. */
    private static final Set<String> MISSING_PARTS = Set.of("42703", "PGRST204", "PGRST200");

    private final SchemaCache schemas;
    private final List<String> exposed;

    Catalog(SchemaCache schemas, RestSettings settings) {
        this.schemas = schemas;
        this.exposed = settings.schemas();
    }

    /** The schema that the request's headers choose. */
    Profile profile(ServerRequest request) {
        return profile(
                request,
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD));
    }

    /** The schema that the request's headers choose; those for reads and for writes have other names. */
    Profile profile(ServerRequest request, boolean reads) {
        String wanted = request.headers().firstHeader(reads ? "Accept-Profile" : "Content-Profile");
        String schema = wanted == null ? exposed.get(0) : wanted;
        if (!exposed.contains(schema)) {
            throw new ApiException(
                    HttpStatus.NOT_ACCEPTABLE,
                    "PGRST106",
                    "Invalid schema: " + schema,
                    null,
                    "Only the following schemas are exposed: " + String.join(", ", exposed));
        }
        return new Profile(schema, exposed.size() > 1 ? schema : null);
    }

    /** Works with a table; where there is none of the name, the schema is looked at once more. */
    <T> Mono<T> withTable(Profile profile, String table, BiFunction<Schema, Table, T> work) {
        QualifiedName name = new QualifiedName(profile.schema(), table);
        return schemas.schema()
                .flatMap(schema -> schema.table(name) == null ? schemas.schemaAfterMiss() : Mono.just(schema))
                .map(schema -> work.apply(schema, required(schema, name)))
                .onErrorResume(
                        error -> error instanceof ApiException missing && MISSING_PARTS.contains(missing.code()),
                        missing -> schemas.schemaAfterMiss().map(schema -> work.apply(schema, required(schema, name))));
    }

    /** An answer that is made once more where its statement shows that the schema has changed. */
    Mono<ServerResponse> upToDate(Mono<ServerResponse> answer) {
        return SecondTry.of(schemas, answer);
    }

    private static Table required(Schema schema, QualifiedName name) {
        Table table = schema.table(name);
        if (table == null) {
            throw QueryErrors.unknownTable(schema, name);
        }
        return table;
    }

    /** Works with the schema; where a function is missing in it, it is looked at once more. */
    <T> Mono<T> withSchema(Function<Schema, T> work) {
        return schemas.schema()
                .map(work)
                .onErrorResume(
                        error -> error instanceof ApiException missing
                                && missing.code().equals(MISSING_FUNCTION),
                        missing -> schemas.schemaAfterMiss().map(work));
    }
}
