package io.sluice.routing.examples;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Nothing but Reactor and the R2DBC SPI. */
final class ReactorNotes implements Notes {

    private final RoutingConnectionFactory db;

    ReactorNotes(RoutingConnectionFactory db) {
        this.db = db;
    }

    @Override
    public Mono<Saved> save(List<String> texts) {
        return db.write(connection -> Mono.from(connection.beginTransaction())
                        .thenMany(Flux.fromIterable(texts).concatMap(text -> insert(connection, text)))
                        .collectList()
                        .zipWhen(ids -> connection.commitAndToken(), Saved::new))
                .single();
    }

    @Override
    public Flux<Note> latest() {
        return db.read(connection ->
                rows(connection.createStatement("SELECT * FROM notes ORDER BY id DESC LIMIT 10"), ReactorNotes::note));
    }

    @Override
    public Mono<Note> find(long id) {
        return db.read(connection -> rows(
                        connection
                                .createStatement("SELECT * FROM notes WHERE id = $1")
                                .bind(0, id),
                        ReactorNotes::note))
                .singleOrEmpty();
    }

    private static Flux<Long> insert(Connection connection, String text) {
        return rows(
                connection
                        .createStatement("INSERT INTO notes (text) VALUES ($1) RETURNING id")
                        .bind(0, text),
                row -> row.get("id", Long.class));
    }

    private static <T> Flux<T> rows(Statement statement, Function<Readable, T> mapping) {
        return Flux.from(statement.execute()).flatMap(result -> result.map(mapping));
    }

    private static Note note(Readable row) {
        return new Note(
                row.get("id", Long.class),
                row.get("text", String.class),
                row.get("written_on", Integer.class),
                row.get("read_on", Integer.class));
    }
}
