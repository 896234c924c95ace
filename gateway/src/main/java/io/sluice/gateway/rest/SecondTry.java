package io.sluice.gateway.rest;

import io.r2dbc.spi.R2dbcException;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * An answer whose statement may have been made for a schema that has changed meanwhile. Where PostgreSQL does not know
 * what the gateway did, the schema is read anew, and where it is another one the request is answered once more: nothing
 * has been sent, and the failed statement has left nothing behind. In a transaction of several requests it has.
 */
final class SecondTry implements ServerResponse {

    /** Undefined table, column, type. */
    private static final Set<String> SURPRISES = Set.of("42P01", "42703", "42704");

    private final ServerResponse first;
    private final SchemaCache schemas;
    private final Schema used;
    private final Mono<ServerResponse> again;

    private SecondTry(ServerResponse first, SchemaCache schemas, Schema used, Mono<ServerResponse> again) {
        this.first = first;
        this.schemas = schemas;
        this.used = used;
        this.again = again;
    }

    /** {@code answer}, once more where the schema turns out to be old. */
    static Mono<ServerResponse> of(SchemaCache schemas, Mono<ServerResponse> answer) {
        return schemas.schema().flatMap(used -> answer.map(first -> new SecondTry(first, schemas, used, answer)));
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context writing) {
        return first.writeTo(exchange, writing)
                .onErrorResume(
                        error -> isSurprise(error) && !exchange.getResponse().isCommitted(),
                        error -> Mono.deferContextual(context -> SharedTransaction.of(context) == null
                                ? second(error, exchange, writing)
                                : Mono.error(error)));
    }

    private Mono<Void> second(Throwable error, ServerWebExchange exchange, Context writing) {
        return schemas.schemaAfterMiss()
                .filter(fresh -> !fresh.equals(used))
                .switchIfEmpty(Mono.error(error))
                .flatMap(fresh -> again)
                .flatMap(second -> second.writeTo(exchange, writing));
    }

    private static boolean isSurprise(Throwable error) {
        return error instanceof R2dbcException failure
                && failure.getSqlState() != null
                && SURPRISES.contains(failure.getSqlState());
    }

    @Override
    public HttpStatusCode statusCode() {
        return first.statusCode();
    }

    @Override
    public HttpHeaders headers() {
        return first.headers();
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
        return first.cookies();
    }
}
