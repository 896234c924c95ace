package io.sluice.gateway.rest;

import io.r2dbc.spi.Statement;
import io.sluice.gateway.execute.Deadline;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.execute.Statements;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.stream.RowStream;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Runs work on a fitting node: reads on a replica, with a second try on another one, writes on the primary. */
@Component
final class Runner {

    /** Stands behind the rows of a read whose connection still has a transaction to end: nobody waits for that. */
    private static final Publisher<DataBuffer> LAST = Mono.empty();

    private final RoutingConnectionFactory routing;

    Runner(RoutingConnectionFactory routing) {
        this.routing = routing;
    }

    /** The rows as buffers; the statement starts on subscription, and a cancel stops it on the server. */
    Flux<Publisher<DataBuffer>> run(Work work, Outcome outcome) {
        return Flux.deferContextual(context -> {
            SharedTransaction shared = SharedTransaction.of(context);
            if (shared != null) {
                return work.session()
                        .until(shared.deadline())
                        .within(shared.connection(), rows(shared.connection(), work, outcome));
            }
            return work.session().write()
                    ? run(work.session(), connection -> on(connection, work, outcome))
                    : outcome.rows()
                            .inOneGo(place -> place == null ? read(work, outcome) : goOn(work.from(place), outcome));
        });
    }

    private Flux<Publisher<DataBuffer>> read(Work work, Outcome outcome) {
        return run(work.session(), connection -> {
                    outcome.seen(routing.replayed(connection.node()));
                    return on(connection, work, outcome);
                })
                .takeWhile(buffer -> !LAST.equals(buffer));
    }

    /** The rest is nothing older than what was sent: the lost server may be back by now, and not as far as it was. */
    private Flux<Publisher<DataBuffer>> goOn(Work work, Outcome outcome) {
        outcome.seen(routing.replayed(outcome.node()));
        ConsistencyToken seen = outcome.seen();
        Flux<Publisher<DataBuffer>> rest = read(work, outcome);
        return seen == null ? rest : rest.contextWrite(Routing.notBefore(seen));
    }

    /** The only value of the only row, empty where there is none. */
    Mono<String> value(Sql sql, Session session) {
        return in(session, connection -> value(connection, sql), token -> {}).singleOrEmpty();
    }

    /** Runs work in its session: a transaction of its own where it needs one, or the one that it is a part of. */
    private <T> Flux<T> in(
            Session session, Function<RoutedConnection, Flux<T>> work, Consumer<? super ConsistencyToken> token) {
        return Flux.deferContextual(context -> {
            SharedTransaction shared = SharedTransaction.of(context);
            return shared == null
                    ? run(session, connection -> session.run(connection, work.apply(connection), token))
                    : session.until(shared.deadline()).within(shared.connection(), work.apply(shared.connection()));
        });
    }

    /** Takes a connection to the primary where the session writes, and runs work within the time that the client has. */
    <T> Flux<T> run(Session session, Function<? super RoutedConnection, ? extends Publisher<? extends T>> work) {
        Deadline deadline = session.deadline();
        if (deadline == null) {
            return session.write() ? routing.write(work) : routing.read(work);
        }
        Function<RoutedConnection, Publisher<? extends T>> inTime = connection -> {
            Waits.begin(deadline);
            return work.apply(connection);
        };
        return Waits.until(deadline, session.write() ? routing.write(inTime) : routing.read(inTime));
    }

    private static Flux<String> value(RoutedConnection connection, Sql sql) {
        return Flux.from(Statements.of(connection, sql).execute())
                .concatMap(result -> result.map((row, metadata) -> String.valueOf(row.get(0, String.class))));
    }

    private static Flux<Publisher<DataBuffer>> on(RoutedConnection connection, Work work, Outcome outcome) {
        Session session = work.session();
        if (session.isTogether() && work.framed() && work.guess() == null && work.precondition() == null) {
            outcome.requireSession();
            return session.runTogether(connection, rows(connection, work, outcome))
                    .concatWithValues(LAST);
        }
        return session.run(connection, rows(connection, work, outcome), outcome::token);
    }

    private static Flux<Publisher<DataBuffer>> rows(RoutedConnection connection, Work work, Outcome outcome) {
        outcome.node(connection.node());
        Flux<Publisher<DataBuffer>> rows = outcome.rows().rows(statement(connection, work, outcome), connection);
        Flux<Publisher<DataBuffer>> all = work.guess() == null
                ? rows
                : guess(connection, work.guess()).doOnNext(outcome::guess).thenMany(rows);
        return precondition(connection, work).thenMany(all);
    }

    private static Mono<Long> guess(RoutedConnection connection, Sql sql) {
        return value(connection, sql).single().map(plan -> JsonMapper.shared()
                .readTree(plan)
                .path(0)
                .path("Plan")
                .path("Plan Rows")
                .asLong(0));
    }

    static Mono<Void> precondition(RoutedConnection connection, Work work) {
        Precondition precondition = work.precondition();
        return precondition == null ? Mono.empty() : precondition.check(connection);
    }

    static Statement statement(RoutedConnection connection, Work work, Outcome outcome) {
        int fetchSize = RowStream.fetchSize(connection, work.limit());
        return work.framed()
                ? Statements.framed(connection, work.sql(), fetchSize, outcome::frame)
                : Statements.of(connection, work.sql(), fetchSize);
    }
}
