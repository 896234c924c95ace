package io.sluice.gateway.rest;

import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.idempotency.IdempotencyErrors;
import io.sluice.transactions.idempotency.KeptAnswer;
import io.sluice.transactions.idempotency.Once;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The answer to a write that has a key: made and kept in one transaction, then sent; or sent again. */
final class KeptResponse extends LateResponse {

    private static final String REPLAYED = "Idempotency-Replayed";

    private final Outcome outcome;
    private final Mono<Once> once;

    KeptResponse(Outcome outcome, Mono<Once> once) {
        this.outcome = outcome;
        this.once = once;
    }

    /** What of an answer is kept: not who gave it and when, which the one that is given again has of its own. */
    static KeptAnswer kept(Head head, byte[] body) {
        StringBuilder lines = new StringBuilder();
        head.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase(SluiceHeaders.NODE) && !name.equalsIgnoreCase(SluiceHeaders.CONSISTENCY_TOKEN)) {
                values.forEach(
                        value -> lines.append(name).append(": ").append(value).append('\n'));
            }
        });
        return new KeptAnswer(head.status().value(), lines.toString(), body);
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
        return once.onErrorMap(IdempotencyErrors::translate).flatMap(done -> write(exchange.getResponse(), done));
    }

    private Mono<Void> write(ServerHttpResponse response, Once done) {
        KeptAnswer answer = done.answer();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        HttpHeaders headers = response.getHeaders();
        headersOf(answer).forEach(headers::put);
        headers.set(SluiceHeaders.NODE, outcome.node());
        if (outcome.token() != null) {
            headers.set(SluiceHeaders.CONSISTENCY_TOKEN, outcome.token().text());
        }
        if (done.replayed()) {
            headers.set(REPLAYED, "true");
        }
        byte[] body = answer.body();
        if (answer.status() != HttpStatus.NO_CONTENT.value()) {
            headers.setContentLength(body.length);
        }
        return body.length == 0
                ? response.setComplete()
                : response.writeWith(
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static MultiValueMap<String, String> headersOf(KeptAnswer answer) {
        MultiValueMap<String, String> headers = new LinkedMultiValueMap<>();
        answer.headers().lines().forEach(line -> {
            int colon = line.indexOf(": ");
            headers.add(line.substring(0, colon), line.substring(colon + 2));
        });
        return headers;
    }
}
