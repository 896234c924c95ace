package io.sluice.gateway.rest;

import io.sluice.gateway.stream.RowStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An answer whose status and headers follow from its rows: they are decided when the first buffer is about to leave.
 *
 * <p>The first buffer waits for the second or for the end, so that an answer that fits into one is complete, and
 * committed where it was a write, before its status goes out. Formats that are read row by row do not wait.
 */
final class StreamedResponse implements ServerResponse {

    private final RowStream rows;
    private final Representation representation;
    private final Flux<Publisher<DataBuffer>> body;
    private final Function<Boolean, Head> head;

    /**
     * Makes the answer; nothing runs before it is written.
     *
     * @param head status and headers, asked for once; told whether the answer is complete
     */
    StreamedResponse(
            RowStream rows,
            Representation representation,
            Flux<Publisher<DataBuffer>> body,
            Function<Boolean, Head> head) {
        this.rows = rows;
        this.representation = representation;
        this.body = body;
        this.head = head;
    }

    @Override
    public HttpStatusCode statusCode() {
        return HttpStatus.OK;
    }

    @Override
    public HttpHeaders headers() {
        return new HttpHeaders();
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        ServerHttpResponse response = exchange.getResponse();
        return rows.writeTo(response, headed(response));
    }

    private Flux<Publisher<DataBuffer>> headed(ServerHttpResponse response) {
        return Flux.defer(() -> {
            Waiting waiting = new Waiting(representation.eager() ? 1 : 2);
            return body.bufferUntil(buffer -> waiting.isOver())
                    .doOnNext(buffers -> waiting.first(buffers, complete -> decide(response, complete)))
                    .switchIfEmpty(Mono.defer(() -> {
                        decide(response, true);
                        return Mono.empty();
                    }))
                    .concatMapIterable(buffers -> buffers, 1);
        });
    }

    private void decide(ServerHttpResponse response, boolean complete) {
        Head decided = head.apply(complete);
        response.setStatusCode(decided.status());
        response.getHeaders().setContentType(representation.mediaType());
        decided.headers().forEach((name, values) -> response.getHeaders().put(name, values));
    }

    /** Counts buffers until the head can be decided. */
    private static final class Waiting {

        private final int wanted;
        private int seen;
        private boolean decided;

        Waiting(int wanted) {
            this.wanted = wanted;
        }

        boolean isOver() {
            return ++seen >= wanted;
        }

        void first(List<?> buffers, Consumer<Boolean> decision) {
            if (!decided) {
                decided = true;
                decision.accept(wanted > 1 && buffers.size() < wanted);
            }
        }
    }
}
