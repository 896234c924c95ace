package io.sluice.gateway.http;

import io.sluice.gateway.error.ApiException;
import io.sluice.routing.Routing;
import io.sluice.routing.consistency.ConsistencyToken;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Hands the token of a request to the routing, so that whatever the request reads is at least as new. */
@Component
final class ConsistencyTokenFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String text = exchange.getRequest().getHeaders().getFirst(SluiceHeaders.CONSISTENCY_TOKEN);
        if (text == null) {
            return chain.filter(exchange);
        }
        return Mono.defer(() -> chain.filter(exchange).contextWrite(Routing.token(parse(text))));
    }

    private static ConsistencyToken parse(String text) {
        try {
            return ConsistencyToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "SLUICE101",
                    "The header " + SluiceHeaders.CONSISTENCY_TOKEN + " holds '" + text + "', which is no token",
                    null,
                    "Send back what a write answered, unchanged.");
        }
    }
}
