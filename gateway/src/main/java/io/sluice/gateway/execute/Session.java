package io.sluice.gateway.execute;

import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import io.sluice.gateway.query.Frame;
import io.sluice.gateway.query.Literals;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.consistency.ConsistencyToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a request's statement runs in: nothing but itself, or a transaction with settings.
 *
 * @param transactional whether there must be a transaction, so that what was written can still be taken back
 * @param settings configuration parameters for the transaction, the role among them, in order
 * @param preRequest a function to call before the statement
 * @param harmless whether the statement writes nothing, even if it were run without transaction and settings
 * @param rollback whether the transaction is rolled back in the end, whatever came of it
 * @param deadline when its statements are cancelled by the server, null for never
 */
public record Session(
        boolean write,
        boolean transactional,
        @Nullable IsolationLevel isolation,
        List<Map.Entry<String, String>> settings,
        @Nullable QualifiedName preRequest,
        boolean harmless,
        boolean rollback,
        @Nullable Deadline deadline) {

    /** What a statement may leave behind in its transaction. */
    private static final List<Map.Entry<String, String>> OWN_TO_A_PART = List.of(
            Map.entry("response.headers", ""),
            Map.entry("response.status", ""),
            Map.entry("sluice.inserted", ""),
            Map.entry("timezone", "UTC"));

    private static final String SESSION_MADE =
            "set_config('" + Frame.SESSION_SETTING + "', '" + Frame.SESSION_MADE + "', true)";

    /** The same with a deadline, unless it has one of its own. */
    public Session until(@Nullable Deadline other) {
        return deadline != null || other == null
                ? this
                : new Session(write, transactional, isolation, settings, preRequest, harmless, rollback, other);
    }

    /** A statement by itself, one round trip. */
    public static Session plain(boolean write) {
        return new Session(write, false, null, List.of(), null, false, false, null);
    }

    public Session {
        settings = List.copyOf(settings);
        transactional |= !settings.isEmpty() || preRequest != null || rollback || isolation != null || deadline != null;
    }

    /**
     * Runs {@code work} on the connection. A transaction ends with the last element of the work; where the work fails
     * or is cancelled it stays open, and the connection's release rolls it back.
     *
     * @param token told the position that covers what was written
     */
    public <T> Flux<T> run(RoutedConnection connection, Publisher<T> work, Consumer<? super ConsistencyToken> token) {
        if (!transactional) {
            return Flux.from(work).concatWith(write ? after(connection.token(), token) : Mono.empty());
        }
        return prepare(connection).thenMany(work).concatWith(end(connection, token));
    }

    /** Whether {@link #runTogether} may be used. */
    public boolean isTogether() {
        return harmless && !write && !rollback && !settings.isEmpty() && preRequest == null && deadline == null;
    }

    /**
     * Runs the work of a read, sent at once with the BEGIN and the settings: one round trip. If the BEGIN failed, the
     * work would still be done, with the wrong role: it has to look at {@link FrameValues#sessionMade()} before it shows
     * anything. The transaction is left open: the connection's release ends it, and nobody has to wait for that.
     */
    public <T> Flux<T> runTogether(RoutedConnection connection, Publisher<T> work) {
        // The driver sends nothing behind a statement with parameters before that has ended; so these are literals.
        Publisher<T> prepared = Flux.from(
                        connection.createStatement(beginAndSettings()).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then(Mono.empty());
        return Flux.mergeSequential(List.of(prepared, work), 2, 1);
    }

    private String beginAndSettings() {
        StringJoiner calls = new StringJoiner(", ", "; SELECT ", "");
        for (Map.Entry<String, String> setting : settings) {
            calls.add("set_config(" + Literals.quoted(setting.getKey()) + ", " + Literals.quoted(setting.getValue())
                    + ", true)");
        }
        calls.add(SESSION_MADE);
        IsolationLevel level = isolation == null ? IsolationLevel.READ_COMMITTED : isolation;
        return "BEGIN ISOLATION LEVEL " + level.asSql() + " READ ONLY" + calls;
    }

    /** BEGIN and the settings, sent at once; before a function is called, the BEGIN has to be there. */
    private Flux<Void> prepare(Connection connection) {
        Flux<Void> begin = Flux.from(connection.beginTransaction(definition()));
        return preRequest == null
                ? Flux.mergeSequential(begin, configure(connection))
                : begin.thenMany(configure(connection));
    }

    /**
     * Runs {@code work} with these settings inside a transaction that somebody else began and will end. What an earlier
     * part of it has set for itself is wiped off first.
     */
    public <T> Flux<T> within(RoutedConnection connection, Publisher<T> work) {
        List<Map.Entry<String, String>> all = new ArrayList<>(OWN_TO_A_PART);
        all.addAll(settings);
        return new Session(write, true, isolation, all, preRequest, harmless, false, deadline)
                .configure(connection)
                .thenMany(work);
    }

    /**
     * Runs {@code work} in a transaction of this session whose first part is {@code around}, which is given the work,
     * with the settings before it, to run or to leave out. It is sent with the BEGIN, and is not subject to the settings.
     */
    public <T, R> Mono<R> runAround(
            RoutedConnection connection,
            Mono<T> work,
            Function<Mono<T>, Mono<R>> around,
            Consumer<? super ConsistencyToken> token) {
        Mono<R> begin = Mono.from(connection.beginTransaction(definition())).then(Mono.empty());
        Mono<T> configured = configure(connection).then(work);
        return Flux.mergeSequential(begin, around.apply(configured))
                .concatWith(end(connection, token))
                .single();
    }

    /** Whether all statements of the transaction see one snapshot, taken by the first of them. */
    public boolean hasOneSnapshot() {
        return isolation != null && !isolation.equals(IsolationLevel.READ_COMMITTED);
    }

    private static <T> Mono<T> after(Mono<ConsistencyToken> position, Consumer<? super ConsistencyToken> token) {
        return position.doOnNext(token).then(Mono.empty());
    }

    private TransactionDefinition definition() {
        IsolationLevel level = isolation == null ? IsolationLevel.READ_COMMITTED : isolation;
        PostgresTransactionDefinition definition = PostgresTransactionDefinition.from(level);
        return write ? definition.readWrite() : definition.readOnly();
    }

    private Flux<Void> configure(Connection connection) {
        List<Sql> statements = new ArrayList<>();
        List<Map.Entry<String, String>> all = new ArrayList<>(settings);
        if (deadline != null) {
            long millis = deadline.remaining().toMillis();
            all.add(Map.entry("statement_timeout", Long.toString(millis)));
        }
        if (!all.isEmpty()) {
            statements.add(settingsSql(all));
        }
        if (preRequest != null) {
            statements.add(new Sql("SELECT " + preRequest.quoted() + "()", List.of()));
        }
        return Flux.fromIterable(statements).flatMapSequential(sql -> Flux.from(
                        Statements.of(connection, sql).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then());
    }

    private static Sql settingsSql(List<Map.Entry<String, String>> settings) {
        StringJoiner calls = new StringJoiner(", ", "SELECT ", "");
        List<String> binds = new ArrayList<>();
        for (Map.Entry<String, String> setting : settings) {
            binds.add(setting.getKey());
            binds.add(setting.getValue());
            calls.add("set_config($" + (binds.size() - 1) + ", $" + binds.size() + ", true)");
        }
        calls.add(SESSION_MADE);
        return new Sql(calls.toString(), binds);
    }

    private <T> Mono<T> end(RoutedConnection connection, Consumer<? super ConsistencyToken> token) {
        if (rollback) {
            // What a commit would refuse is refused here too.
            return Flux.from(connection
                            .createStatement("SET CONSTRAINTS ALL IMMEDIATE")
                            .execute())
                    .concatMap(result -> result.getRowsUpdated())
                    .then(Mono.from(connection.rollbackTransaction()))
                    .then(Mono.empty());
        }
        return write
                ? after(connection.commitAndToken(), token)
                : Mono.from(connection.commitTransaction()).then(Mono.empty());
    }
}
