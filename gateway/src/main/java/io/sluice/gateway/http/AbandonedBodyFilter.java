package io.sluice.gateway.http;

import org.reactivestreams.Publisher;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Cancels the source of a body that will not be written any more.
 *
 * <p>Spring subscribes to a body, waits for its first element and hands the rest to the server's write function. Where
 * the client has left by then, that function fails without ever subscribing, and Spring's {@code ChannelSendOperator}
 * reports the failure but leaves the body subscribed: its connection would never come back to the pool.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AbandonedBodyFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpResponse response = new CancellingResponse(exchange.getResponse());
        return chain.filter(exchange.mutate().response(response).build());
    }

    private static final class CancellingResponse extends ServerHttpResponseDecorator {

        CancellingResponse(ServerHttpResponse delegate) {
            super(delegate);
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            if (body instanceof Mono) {
                // Written after it has ended: there is nothing left to cancel.
                return super.writeWith(body);
            }
            return Mono.defer(() -> {
                Sinks.Empty<Void> written = Sinks.empty();
                return super.writeWith(Flux.from(body).takeUntilOther(written.asMono()))
                        .doFinally(end -> written.tryEmitEmpty());
            });
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return Mono.defer(() -> {
                Sinks.Empty<Void> written = Sinks.empty();
                return super.writeAndFlushWith(Flux.from(body).takeUntilOther(written.asMono()))
                        .doFinally(end -> written.tryEmitEmpty());
            });
        }
    }
}
