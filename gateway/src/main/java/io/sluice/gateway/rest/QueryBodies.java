package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** Query strings that come as a body, because no URL would hold them. */
@Component
final class QueryBodies {

    private final int most;

    QueryBodies(RestSettings settings) {
        this.most = (int) Math.min(settings.maxQuery().toBytes(), Integer.MAX_VALUE);
    }

    /**
     * The query string of a request: that of its URL, and its body behind it.
     *
     * <p>Errors: {@code ApiException} 415 for a body that is no form, {@code DataBufferLimitException} for one over the
     * limit.
     */
    Mono<String> query(ServerRequest request) {
        return Mono.defer(() -> {
            requireForm(request.headers().firstHeader("Content-Type"));
            return DataBufferUtils.join(request.bodyToFlux(DataBuffer.class), most)
                    .map(QueryBodies::text)
                    .defaultIfEmpty("")
                    .map(body -> joined(request.uri().getRawQuery(), body));
        });
    }

    private static void requireForm(@Nullable String type) {
        if (type != null && !isForm(type)) {
            throw new ApiException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "SLUICE111",
                    "A query cannot be '" + type + "'",
                    null,
                    "Send the query string as application/x-www-form-urlencoded.");
        }
    }

    private static boolean isForm(String type) {
        try {
            return MediaType.APPLICATION_FORM_URLENCODED.equalsTypeAndSubtype(MediaType.parseMediaType(type));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static String text(DataBuffer buffer) {
        String text = buffer.toString(StandardCharsets.UTF_8);
        DataBufferUtils.release(buffer);
        return text.strip();
    }

    private static String joined(@Nullable String url, String body) {
        return url == null || url.isEmpty() ? body : url + "&" + body;
    }
}
