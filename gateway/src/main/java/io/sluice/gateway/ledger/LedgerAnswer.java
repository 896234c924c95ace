package io.sluice.gateway.ledger;

import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.transactions.tx.Committed;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The answer to a write, as JSON that is there already. What the framework's builder makes of the same is copied from map to
 * map three times before it is sent, which costs as much as deciding the transfer.
 */
final class LedgerAnswer implements ServerResponse {

    private final HttpStatusCode status;
    private final Committed<?> done;
    private final @Nullable String location;
    private final byte[] json;

    /** @param location the path of what was made, where it is one thing */
    LedgerAnswer(HttpStatusCode status, Committed<?> done, @Nullable String location, byte[] json) {
        this.status = status;
        this.done = done;
        this.location = location;
        this.json = json;
    }

    @Override
    public HttpStatusCode statusCode() {
        return status;
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders headers = new HttpHeaders();
        putInto(headers);
        return headers;
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        putInto(response.getHeaders());
        DataBuffer buffer = response.bufferFactory().wrap(json);
        return response.writeWith(Mono.just(buffer));
    }

    private void putInto(HttpHeaders headers) {
        headers.set(SluiceHeaders.CONSISTENCY_TOKEN, done.token().text());
        headers.set(SluiceHeaders.NODE, done.node());
        headers.set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(json.length));
        if (location != null) {
            headers.set(HttpHeaders.LOCATION, location);
        }
    }
}
