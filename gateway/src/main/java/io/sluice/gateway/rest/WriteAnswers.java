package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.idempotency.IdempotencyErrors;
import io.sluice.gateway.idempotency.IdempotencySettings;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.stream.RowStream;
import io.sluice.routing.RoutedConnection;
import io.sluice.transactions.idempotency.IdempotencyKey;
import io.sluice.transactions.idempotency.IdempotencyStore;
import io.sluice.transactions.idempotency.KeptAnswer;
import io.sluice.transactions.idempotency.Once;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Makes answers to writes: streamed, or where the request has a key made as a whole and kept with what it wrote. */
@Component
final class WriteAnswers {

    private final Runner runner;
    private final IdempotencyStore store;
    private final long most;

    WriteAnswers(Runner runner, IdempotencyStore store, IdempotencySettings settings) {
        this.runner = runner;
        this.store = store;
        this.most = settings.maxAnswer().toBytes();
    }

    ServerResponse of(
            Work work,
            @Nullable IdempotencyKey key,
            Outcome outcome,
            @Nullable Representation shown,
            Function<Boolean, Head> head) {
        Session session = work.session();
        if (key == null || !session.write() || session.rollback()) {
            return new StreamedResponse(outcome, shown, runner.run(work, outcome), head);
        }
        Mono<Once> once = runner.<Once>run(session, connection -> {
                    outcome.node(connection.node());
                    Mono<KeptAnswer> answer = whole(connection, work, outcome, shown, head);
                    return once(connection, key, session, answer, outcome);
                })
                .single();
        return new KeptResponse(outcome, store.ready().then(once));
    }

    /**
     * The answer to a list of requests, which {@code work} makes on the transaction's connection.
     *
     * @param applied the header {@code Preference-Applied}
     */
    ServerResponse ofList(
            Session session,
            @Nullable IdempotencyKey key,
            @Nullable String applied,
            Function<RoutedConnection, Mono<byte[]>> work) {
        Outcome outcome = new Outcome(RowStream.of(RowFormat.JSON, List.of()), frame -> {});
        boolean kept = key != null && !session.rollback();
        Mono<Once> once = runner.<Once>run(session, connection -> {
                    outcome.node(connection.node());
                    Mono<KeptAnswer> answer = work.apply(connection).map(body -> list(body, applied, kept));
                    return kept && key != null
                            ? once(connection, key, session, answer, outcome)
                            : session.run(connection, answer.map(made -> new Once(made, false)), outcome::token);
                })
                .single();
        return new KeptResponse(outcome, kept ? store.ready().then(once) : once);
    }

    private KeptAnswer list(byte[] body, @Nullable String applied, boolean kept) {
        if (kept && body.length > most) {
            throw IdempotencyErrors.tooLarge(most);
        }
        Head head = new Head(HttpStatus.OK, new HttpHeaders())
                .header("Preference-Applied", applied)
                .header(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
        return KeptResponse.kept(head, body);
    }

    private Mono<Once> once(
            RoutedConnection connection,
            IdempotencyKey key,
            Session session,
            Mono<KeptAnswer> answer,
            Outcome outcome) {
        Mono<Void> lock = session.hasOneSnapshot() ? store.lockSession(connection, key) : Mono.empty();
        return lock.then(Mono.defer(() -> session.runAround(
                connection, answer, work -> store.once(connection, key, () -> work), outcome::token)));
    }

    private Mono<KeptAnswer> whole(
            RoutedConnection connection,
            Work work,
            Outcome outcome,
            @Nullable Representation shown,
            Function<Boolean, Head> head) {
        return Runner.precondition(connection, work)
                .thenMany(outcome.rows().rows(Runner.statement(connection, work, outcome), connection))
                .concatMap(Function.identity(), 1)
                .collect(ByteArrayOutputStream::new, this::append)
                .doFinally(end -> outcome.rows().giveBack())
                .map(body -> kept(head.apply(true), shown, body));
    }

    /** Each buffer is given back at once: the source waits for those that are not. */
    private void append(ByteArrayOutputStream body, DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        if (body.size() + (long) bytes.length > most) {
            throw IdempotencyErrors.tooLarge(most);
        }
        body.writeBytes(bytes);
    }

    private static KeptAnswer kept(Head head, @Nullable Representation shown, ByteArrayOutputStream body) {
        return shown == null
                ? KeptResponse.kept(head, new byte[0])
                : KeptResponse.kept(head.header(HttpHeaders.CONTENT_TYPE, shown.contentType()), body.toByteArray());
    }
}
