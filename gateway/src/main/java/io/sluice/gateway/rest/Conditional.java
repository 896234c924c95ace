package io.sluice.gateway.rest;

import io.sluice.gateway.text.EntityTag;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/** Answers that a client may have already. */
final class Conditional {

    private Conditional() {}

    /** Puts the tag of a complete representation on its answer, and makes it 304 where a reader has that already. */
    static void tag(ServerHttpRequest request, ServerHttpResponse response, String tag) {
        HttpMethod method = request.getMethod();
        HttpHeaders headers = response.getHeaders();
        if (method.equals(HttpMethod.POST) || headers.containsHeader(HttpHeaders.ETAG)) {
            // What is posted is not what the URL names.
            return;
        }
        headers.set(HttpHeaders.ETAG, tag);
        List<String> known = request.getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH);
        boolean reads =
                !method.equals(HttpMethod.PUT) && !method.equals(HttpMethod.PATCH) && !method.equals(HttpMethod.DELETE);
        if (reads && (EntityTag.isAny(known) || EntityTag.names(known, tag))) {
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            headers.remove(HttpHeaders.CONTENT_LENGTH);
            headers.remove(HttpHeaders.CONTENT_TYPE);
        }
    }
}
