package io.sluice.gateway.error;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.databind.json.JsonMapper;

/** Answers every error that reaches the edge; before Spring's own handlers, which know less. */
@Component
@Order(-2)
final class ErrorMapping implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ErrorMapping.class);

    /** Request attribute: true where the caller showed a token that holds, so that a lack of rights is 403. */
    private static final String AUTHENTICATED = "sluice.authenticated";

    private final JsonMapper json;

    ErrorMapping(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(brokenOff(exchange, error));
        }
        if (error instanceof AbortedException) {
            // The client has left: nobody is there to be answered, and nothing is wrong here.
            log.debug(
                    "{} left during {}",
                    exchange.getRequest().getRemoteAddress(),
                    exchange.getRequest().getPath());
            return Mono.empty();
        }
        boolean authenticated = Boolean.TRUE.equals(exchange.getAttribute(AUTHENTICATED));
        Problem problem = Problem.of(error, authenticated);
        if (problem.status() >= 500 && !problem.retryable()) {
            log.error(
                    "{} {} failed",
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath(),
                    error);
        }
        return write(response, problem);
    }

    /**
     * Too late for a status: an error aborts the connection, so that the answer is not taken for whole. Not the error
     * itself: Spring would take a server's "connection reset by peer" for one of the client's, and end the answer properly.
     */
    private static Throwable brokenOff(ServerWebExchange exchange, Throwable error) {
        if (error instanceof AbortedException) {
            return error;
        }
        log.warn(
                "the answer to {} {} broke off: {}",
                exchange.getRequest().getMethod(),
                exchange.getRequest().getPath(),
                error.toString());
        return new BrokenOff();
    }

    /** Stackless, and without a cause that could be mistaken. */
    private static final class BrokenOff extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BrokenOff() {
            super("the answer broke off", null, false, false);
        }
    }

    private Mono<Void> write(ServerHttpResponse response, Problem problem) {
        ErrorAnswer answer = ErrorAnswer.of(problem, json);
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.TRAILER);
        answer.headers().forEach(headers::set);
        headers.setContentLength(answer.body().length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(answer.body())));
    }
}
