package io.sluice.routing.examples;

import static org.jooq.SQLDialect.POSTGRES;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.using;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Table;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** jOOQ over R2DBC. */
final class JooqNotes implements Notes {

    private static final Table<Record> NOTES = table("notes");
    private static final Field<Long> ID = field("id", Long.class);
    private static final Field<String> TEXT = field("text", String.class);
    private static final Field<Integer> WRITTEN_ON = field("written_on", Integer.class);
    private static final Field<Integer> READ_ON = field("read_on", Integer.class);

    private final RoutingConnectionFactory db;

    JooqNotes(RoutingConnectionFactory db) {
        this.db = db;
    }

    @Override
    public Mono<Saved> save(List<String> texts) {
        return Flux.from(using(db, POSTGRES).transactionPublisher(transaction -> Flux.fromIterable(texts)
                        .concatMap(text -> transaction
                                .dsl()
                                .insertInto(NOTES, TEXT)
                                .values(text)
                                .returningResult(ID))))
                .map(Record1::value1)
                .collectList()
                .zipWhen(ids -> db.write(RoutedConnection::token).single(), Saved::new);
    }

    @Override
    public Flux<Note> latest() {
        return db.read(connection -> Flux.from(using(connection, POSTGRES)
                        .select(ID, TEXT, WRITTEN_ON, READ_ON)
                        .from(NOTES)
                        .orderBy(ID.desc())
                        .limit(10))
                .map(JooqNotes::note));
    }

    @Override
    public Mono<Note> find(long id) {
        return db.read(connection -> Flux.from(using(connection, POSTGRES)
                                .select(ID, TEXT, WRITTEN_ON, READ_ON)
                                .from(NOTES)
                                .where(ID.eq(id)))
                        .map(JooqNotes::note))
                .singleOrEmpty();
    }

    private static Note note(Record row) {
        return new Note(row.get(ID), row.get(TEXT), row.get(WRITTEN_ON), row.get(READ_ON));
    }
}
