package io.sluice.gateway.ledger;

import io.netty.channel.Channel;
import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.error.Problem;
import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.tx.Committed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET /ledger/v1/accounts...} with {@code Accept: text/event-stream}: the accounts as they are, then each again
 * whenever it has changed, until the client leaves.
 */
@Component
public final class AccountEventsHandler {

    /** Keeps proxies from taking a quiet stream for a dead one, and finds out about clients that are. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final LedgerAccess access;
    private final LedgerProperties properties;
    private final JsonMapper json;

    AccountEventsHandler(LedgerAccess access, LedgerProperties properties, JsonMapper json) {
        this.access = access;
        this.properties = properties;
        this.json = json;
    }

    /** Whether events are asked for by name: who takes anything gets JSON. */
    public static boolean wanted(ServerRequest request) {
        return request.headers().accept().stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype);
    }

    /** One account, which must be there. */
    public Mono<ServerResponse> one(ServerRequest request) {
        UUID id = IdFilter.path(request);
        if (!request.queryParams().isEmpty()) {
            throw LedgerErrors.bad(
                    LedgerErrors.BAD_FILTER,
                    "There is no parameter '"
                            + request.queryParams().keySet().iterator().next() + "' here",
                    "Events tell an account as it is; ask for application/json with at=.");
        }
        return events(List.of(id), true);
    }

    /** All that {@code id=in.(...)} names; those that are not there yet follow when they are. */
    public Mono<ServerResponse> many(ServerRequest request) {
        List<UUID> ids = IdFilter.query(request);
        if (ids.size() > properties.watchMax()) {
            throw LedgerErrors.bad(
                    LedgerErrors.TOO_MANY,
                    "No more than " + properties.watchMax() + " accounts can be watched",
                    "Raise sluice.ledger.watch-max.");
        }
        return events(ids, false);
    }

    private Mono<ServerResponse> events(List<UUID> ids, boolean required) {
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body((response, context) -> response.writeAndFlushWith(texts(ids, required, writable(response))
                        .map(text -> Mono.fromSupplier(
                                () -> response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))))));
    }

    private Flux<String> texts(List<UUID> ids, boolean required, BooleanSupplier writable) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            Flux<String> accounts = access.watch(ids, writable)
                    .doOnNext(list -> {
                        requireThere(begun.get() || !required, ids, list);
                        begun.set(true);
                    })
                    .map(AccountEventsHandler::text)
                    .onErrorMap(LedgerErrors::translate)
                    .onErrorResume(error -> begun.get(), error -> Flux.just(record(error))
                            .concatWith(Mono.error(error)));
            // One at a time: what waits, waits where newer states replace older ones.
            return accounts.publish(shared -> shared.mergeWith(heartbeats(shared, writable)), 1);
        });
    }

    private static void requireThere(boolean mayBeEmpty, List<UUID> ids, Committed<List<Account>> list) {
        if (!mayBeEmpty && list.value().isEmpty()) {
            throw LedgerErrors.refusal(
                    HttpStatus.NOT_FOUND, LedgerErrors.NOT_FOUND, "There is no account " + ids.get(0), null);
        }
    }

    /** An empty list is shown as a comment, so that the client knows that it is heard. */
    private static String text(Committed<List<Account>> list) {
        return list.value().isEmpty()
                ? ":\n\n"
                : LedgerJson.events(list.value(), list.token().text());
    }

    private static Flux<String> heartbeats(Flux<String> accounts, BooleanSupplier writable) {
        return Flux.interval(HEARTBEAT)
                .onBackpressureDrop()
                .filter(beat -> writable.getAsBoolean())
                .map(beat -> ":\n\n")
                .takeUntilOther(accounts.ignoreElements());
    }

    /** The last event of a stream that cannot go on; the connection is aborted after it. */
    private String record(Throwable error) {
        ErrorBody body = error instanceof ApiException refusal
                ? new ErrorBody(refusal.code(), refusal.message(), refusal.details(), refusal.hint())
                : Problem.of(error, false).body();
        return "event:error\ndata:" + json.writeValueAsString(body) + "\n\n";
    }

    /** Whether the socket takes more: what it does not take would wait in a queue, and be old by then. */
    private static BooleanSupplier writable(ServerHttpResponse response) {
        if (ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse netty) {
            AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
            netty.withConnection(connection -> channel.set(connection.channel()));
            return () -> {
                Channel known = channel.get();
                return known == null || known.isWritable();
            };
        }
        return () -> true;
    }
}
