package io.sluice.gateway.error;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers every error that reaches the edge; before Spring's own handlers, which know less. */
@Component
@Order(-2)
final class ErrorMapping implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ErrorMapping.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private final JsonMapper json;

    ErrorMapping(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            // Too late for a status: passing the error on aborts the connection, so the answer is not taken for whole.
            return Mono.error(error);
        }
        Problem problem = Problem.of(error, false);
        if (problem.status() >= 500 && !problem.retryable()) {
            log.error(
                    "{} {} failed",
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath(),
                    error);
        }
        return write(response, problem);
    }

    private Mono<Void> write(ServerHttpResponse response, Problem problem) {
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.set("Proxy-Status", "Sluice; error=" + problem.body().code());
        if (problem.retryable()) {
            headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        byte[] bytes = json.writeValueAsBytes(problem.body());
        headers.setContentLength(bytes.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }
}
