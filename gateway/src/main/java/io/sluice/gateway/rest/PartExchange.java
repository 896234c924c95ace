package io.sluice.gateway.rest;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Flux;

/** A request out of a list, for handlers that know nothing of lists. Attributes and response are its own. */
final class PartExchange extends ServerWebExchangeDecorator {

    private final ServerHttpRequest request;
    private final ServerHttpResponse response;
    private final Map<String, Object> attributes = new HashMap<>();

    PartExchange(ServerWebExchange whole, Part part, byte[] list, ServerHttpResponse response) {
        super(whole);
        this.request = new PartRequest(whole.getRequest(), part, part.body(list));
        this.response = response;
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return response;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    private static final class PartRequest extends ServerHttpRequestDecorator {

        private final Part part;
        private final byte[] body;
        private final RequestPath path;
        private final HttpHeaders headers = new HttpHeaders();

        PartRequest(ServerHttpRequest whole, Part part, byte[] body) {
            super(whole);
            this.part = part;
            this.body = body;
            this.path = RequestPath.parse(part.uri(), "");
            inherit(whole.getHeaders(), HttpHeaders.AUTHORIZATION);
            inherit(whole.getHeaders(), "Accept-Profile");
            inherit(whole.getHeaders(), "Content-Profile");
            if (body.length > 0) {
                headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
            }
            part.headers().forEach(headers::put);
        }

        private void inherit(HttpHeaders whole, String name) {
            String value = whole.getFirst(name);
            if (value != null) {
                headers.set(name, value);
            }
        }

        @Override
        public HttpMethod getMethod() {
            return part.method();
        }

        @Override
        public URI getURI() {
            return part.uri();
        }

        @Override
        public RequestPath getPath() {
            return path;
        }

        @Override
        public MultiValueMap<String, String> getQueryParams() {
            return UriComponentsBuilder.fromUri(part.uri()).build().getQueryParams();
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body.length == 0
                    ? Flux.empty()
                    : Flux.defer(() -> Flux.just(
                            org.springframework.core.io.buffer.DefaultDataBufferFactory.sharedInstance.wrap(body)));
        }
    }
}
