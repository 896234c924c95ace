package io.sluice.gateway.ledger;

import io.sluice.gateway.fastpath.ShortWrite.WriteAnswer;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.transactions.tx.Committed;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
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
final class LedgerAnswer implements ServerResponse, WriteAnswer {

    private static final String TOKEN = SluiceHeaders.CONSISTENCY_TOKEN;
    private static final String NODE = SluiceHeaders.NODE;
    private static final String TYPE = HttpHeaders.CONTENT_TYPE;
    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final HttpStatus status;
    private final Map<String, String> headers;
    private final byte[] json;

    private LedgerAnswer(HttpStatus status, Map<String, String> headers, byte[] json) {
        this.status = status;
        this.headers = headers;
        this.json = json;
    }

    /** @param location the path of what was made, where it is one thing */
    static LedgerAnswer of(HttpStatus status, Committed<?> done, @Nullable String location, byte[] json) {
        String token = done.token().text();
        return new LedgerAnswer(
                status,
                location == null
                        ? Map.of(TOKEN, token, NODE, done.node(), TYPE, JSON)
                        : Map.of(TOKEN, token, NODE, done.node(), TYPE, JSON, HttpHeaders.LOCATION, location),
                json);
    }

    /** Nobody knows yet what came of it. */
    static LedgerAnswer unknown(byte[] json) {
        return new LedgerAnswer(HttpStatus.SERVICE_UNAVAILABLE, Map.of(HttpHeaders.RETRY_AFTER, "1", TYPE, JSON), json);
    }

    @Override
    public HttpStatusCode statusCode() {
        return status;
    }

    @Override
    public int status() {
        return status.value();
    }

    @Override
    public Map<String, String> shownHeaders() {
        return headers;
    }

    @Override
    public byte[] body() {
        return json;
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders all = new HttpHeaders();
        putInto(all);
        return all;
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

    private void putInto(HttpHeaders all) {
        headers.forEach(all::set);
        all.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(json.length));
    }
}
