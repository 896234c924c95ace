package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An answer whose status and headers follow from its rows: they are decided when the first buffer is about to leave.
 *
 * <p>The first buffer waits for the second or for the end, so that an answer that fits into one is complete, and
 * committed where it was a write, before its status goes out. Formats that are read row by row do not wait.
 */
final class StreamedResponse extends LateResponse {

    private final Outcome outcome;
    private final @Nullable Representation representation;
    private final Flux<Publisher<DataBuffer>> body;
    private final Function<Boolean, Head> head;

    /**
     * Makes the answer; nothing runs before it is written.
     *
     * @param representation the form of the rows, null for an answer without a body
     * @param head status and headers, asked for once; told whether the answer is complete
     */
    StreamedResponse(
            Outcome outcome,
            @Nullable Representation representation,
            Flux<Publisher<DataBuffer>> body,
            Function<Boolean, Head> head) {
        this.outcome = outcome;
        this.representation = representation;
        this.body = body;
        this.head = head;
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        ServerHttpResponse response = exchange.getResponse();
        if (representation == null) {
            return dropped(body).then(Mono.defer(() -> empty(response))).doOnError(error -> explain(error, response));
        }
        Flux<Publisher<DataBuffer>> headed = headed(response, exchange.getRequest(), representation);
        if (exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            return dropped(headed).then(Mono.defer(response::setComplete)).doOnError(error -> explain(error, response));
        }
        return outcome.rows()
                .writeTo(response, exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT_ENCODING), headed)
                .doOnError(error -> explain(error, response));
    }

    private Flux<DataBuffer> dropped(Flux<Publisher<DataBuffer>> buffers) {
        return buffers.concatMap(Function.identity(), 1)
                .doOnNext(DataBufferUtils::release)
                .doFinally(end -> outcome.rows().giveBack());
    }

    /** A page behind the last row says how many rows there are. */
    private void explain(Throwable error, ServerHttpResponse response) {
        Long total = outcome.frame().total();
        if (total != null
                && error instanceof ApiException refusal
                && refusal.code().equals("PGRST103")) {
            response.getHeaders().set(HttpHeaders.CONTENT_RANGE, ContentRange.of(0, 0, total));
        }
    }

    private Mono<Void> empty(ServerHttpResponse response) {
        Head decided = decide(response, true);
        if (!decided.status().equals(HttpStatus.NO_CONTENT)) {
            response.getHeaders().setContentLength(0);
        }
        return response.setComplete();
    }

    private Flux<Publisher<DataBuffer>> headed(
            ServerHttpResponse response, ServerHttpRequest request, Representation shown) {
        return Flux.defer(() -> {
            Waiting waiting = new Waiting(shown.eager() ? 1 : 2);
            return body.bufferUntil(buffer -> waiting.isOver())
                    .doOnNext(buffers -> waiting.first(buffers, complete -> show(response, request, shown, complete)))
                    .switchIfEmpty(Mono.defer(() -> {
                        show(response, request, shown, true);
                        return Mono.empty();
                    }))
                    // What is not sent is given back at the end.
                    .filter(buffers -> !HttpStatus.NOT_MODIFIED.equals(response.getStatusCode()))
                    .concatMapIterable(buffers -> buffers, 1);
        });
    }

    private void show(ServerHttpResponse response, ServerHttpRequest request, Representation shown, boolean complete) {
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, shown.contentType());
        decide(response, complete);
        String tag = outcome.rows().tag();
        if (complete && tag != null) {
            Conditional.tag(request, response, tag);
        }
    }

    private Head decide(ServerHttpResponse response, boolean complete) {
        Head decided = head.apply(complete);
        response.setStatusCode(decided.status());
        decided.headers().forEach((name, values) -> response.getHeaders().put(name, values));
        return decided;
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

        void first(List<Publisher<DataBuffer>> buffers, Consumer<Boolean> decision) {
            if (!decided) {
                decided = true;
                decision.accept(wanted > 1 && buffers.size() < wanted);
            }
        }
    }
}
