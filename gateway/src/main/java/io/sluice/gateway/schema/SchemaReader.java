package io.sluice.gateway.schema;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.sluice.routing.Routing;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the catalog in one snapshot: from the primary, or from a replica while the primary is away. */
final class SchemaReader {

    private final ConnectionFactory connections;

    SchemaReader(ConnectionFactory connections) {
        this.connections = connections;
    }

    /** Starts to read on subscription; a cancel releases the connection. */
    Mono<Schema> read() {
        return fromAnyNode().onErrorResume(R2dbcException.class, error -> Routing.readOnly(fromAnyNode())
                .onErrorMap(ignored -> error));
    }

    private Mono<Schema> fromAnyNode() {
        return Mono.usingWhen(connections.create(), SchemaReader::inOneSnapshot, Connection::close)
                .map(SchemaAssembly::assemble);
    }

    private static Mono<Catalog> inOneSnapshot(Connection connection) {
        return Mono.from(connection.beginTransaction(IsolationLevel.REPEATABLE_READ))
                .then(execute(connection, "SET LOCAL search_path = ''"))
                .then(catalog(connection))
                .flatMap(catalog -> Mono.from(connection.rollbackTransaction()).thenReturn(catalog));
    }

    private static Mono<Catalog> catalog(Connection connection) {
        return Mono.zip(
                        rows(connection, CatalogQueries.COLUMNS, CatalogRows::column),
                        rows(connection, CatalogQueries.CONSTRAINTS, CatalogRows::constraint),
                        rows(connection, CatalogQueries.INDEXES, CatalogRows::index),
                        rows(connection, CatalogQueries.FUNCTIONS, CatalogRows::function),
                        rows(connection, CatalogQueries.VIEWS, CatalogRows::view),
                        rows(connection, CatalogQueries.MEDIA_HANDLERS, CatalogRows::mediaHandler),
                        rows(connection, CatalogQueries.ROLE_SETTINGS, CatalogRows::roleSetting),
                        relations(connection))
                .map(parts -> new Catalog(
                        parts.getT1(),
                        parts.getT2(),
                        parts.getT3(),
                        parts.getT4(),
                        parts.getT5(),
                        parts.getT6(),
                        parts.getT7(),
                        parts.getT8()));
    }

    private static Mono<Map<Long, QualifiedName>> relations(Connection connection) {
        return rows(
                        connection,
                        CatalogQueries.RELATION_OIDS,
                        row -> Map.entry(CatalogRows.number(row, "oid"), CatalogRows.name(row, "schema", "relation")))
                .flatMapIterable(Function.identity())
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static <T> Mono<List<T>> rows(Connection connection, String sql, Function<Readable, T> record) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map(record))
                .collectList();
    }

    private static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }
}
