package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.text.JsonText;
import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** An answer that becomes an element of the answer to a list. */
final class PartResponse extends AbstractServerHttpResponse {

    /** Those say something of the whole, or of its form. */
    private static final Set<String> FOREIGN = Set.of(
            HttpHeaders.CONTENT_LENGTH, HttpHeaders.TRAILER, SluiceHeaders.NODE, SluiceHeaders.CONSISTENCY_TOKEN);

    private final Output body = new Output();
    private final int mostBytes;

    /** An answer with a body of at most {@code mostBytes}; a longer one is an error. */
    PartResponse(int mostBytes) {
        super(DefaultDataBufferFactory.sharedInstance);
        this.mostBytes = mostBytes;
    }

    /** Itself: a part of an answer has no connection of its own. */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as its supertype wants it
    public <T> T getNativeResponse() {
        return (T) this;
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> buffers) {
        return Flux.from(buffers).doOnNext(this::append).then();
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> groups) {
        return Flux.from(groups)
                .concatMap(group -> group, 1)
                .doOnNext(this::append)
                .then();
    }

    /** Each buffer is given back at once: the source waits for those that are not. */
    private void append(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        if (body.length + (long) bytes.length > mostBytes) {
            throw new ApiException(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "SLUICE413",
                    "The answers of the list are longer than " + mostBytes + " bytes",
                    null,
                    "Ask for less with limit, or with select, or raise sluice.rest.max-body.");
        }
        body.write(bytes);
    }

    @Override
    protected void applyStatusCode() {}

    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {}

    int length() {
        return body.length;
    }

    /** {@code {"status","headers","body"}}. */
    void writeTo(Output out) {
        HttpStatusCode status = getStatusCode();
        out.write(ascii("{\"status\":" + (status == null ? 200 : status.value()) + ",\"headers\":"));
        Map<String, String> headers = new TreeMap<>();
        getHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        headers.keySet().removeIf(name -> FOREIGN.stream().anyMatch(name::equalsIgnoreCase));
        out.write(JsonMapper.shared().writeValueAsBytes(headers));
        out.write(ascii(",\"body\":"));
        if (body.length == 0) {
            out.write(ascii("null"));
        } else if (isJson()) {
            out.write(body.bytes, 0, body.length);
        } else {
            out.write(JsonText.quoted(new String(body.bytes, 0, body.length, StandardCharsets.UTF_8)));
        }
        out.write((byte) '}');
    }

    private boolean isJson() {
        MediaType type = getHeaders().getContentType();
        return type != null
                && (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
