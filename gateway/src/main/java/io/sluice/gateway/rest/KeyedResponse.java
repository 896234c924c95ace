package io.sluice.gateway.rest;

import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.rest.KeyedReads.Answered;
import io.sluice.gateway.stream.RowFormat;
import io.sluice.gateway.text.EntityTag;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The answer to a read by key, byte for byte what {@link StreamedResponse} makes of it. */
final class KeyedResponse extends LateResponse {

    private final Mono<Answered> rows;
    private final Representation representation;
    private final Head head;
    private final Supplier<ServerResponse> streamed;

    /**
     * Makes the answer; nothing runs before it is written.
     *
     * @param rows what is read; empty where it has to be streamed
     * @param head what is known of the headers already
     */
    KeyedResponse(Mono<Answered> rows, Representation representation, Head head, Supplier<ServerResponse> streamed) {
        this.rows = rows;
        this.representation = representation;
        this.head = head;
        this.streamed = streamed;
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        return rows.map(answered -> write(exchange, answered))
                .switchIfEmpty(Mono.fromSupplier(() -> streamed.get().writeTo(exchange, context)))
                .flatMap(written -> written);
    }

    private Mono<Void> write(ServerWebExchange exchange, Answered answered) {
        ServerHttpResponse response = exchange.getResponse();
        HttpHeaders headers = response.getHeaders();
        // Longer lists of the same URL are packed.
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        byte[] body = body(answered);
        response.setStatusCode(HttpStatus.OK);
        head.headers().forEach((name, values) -> headers.put(name, values));
        headers.set(SluiceHeaders.NODE, answered.node());
        headers.set(HttpHeaders.CONTENT_RANGE, answered.range());
        headers.set(HttpHeaders.CONTENT_TYPE, representation.contentType());
        boolean headOnly = exchange.getRequest().getMethod().equals(HttpMethod.HEAD);
        if (!headOnly) {
            headers.setContentLength(body.length);
        }
        Conditional.tag(exchange.getRequest(), response, EntityTag.of(body, 0, body.length));
        if (headOnly || HttpStatus.NOT_MODIFIED.equals(response.getStatusCode())) {
            return response.setComplete();
        }
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }

    private byte[] body(Answered answered) {
        if (representation.format() != RowFormat.JSON_OBJECT) {
            return answered.body();
        }
        int rows = answered.found().rows();
        if (rows != 1) {
            throw RestErrors.notSingular(rows);
        }
        return answered.found().single();
    }
}
